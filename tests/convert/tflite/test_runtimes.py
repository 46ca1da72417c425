from convert.tflite.runtimes import missing


def test_dense_layers_by_channel_are_too_new():
    assert missing({"CONV_2D": 3, "FULLY_CONNECTED": 12}) == ["FULLY_CONNECTED version 12 (only up to 10)"]


def test_an_operator_that_it_does_not_know():
    assert missing({"STABLEHLO_ADD": 1, "CUSTOM FlexErf": 1, "ADD": 1}) == [
        "STABLEHLO_ADD at all",
        "CUSTOM FlexErf at all",
    ]
