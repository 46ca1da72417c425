from edge.contract.labels import EMOTIONS, GATE, HUMAN, UNCERTAIN


def test_emotions_are_in_the_order_of_the_numbers_in_fer2013():
    assert dict(enumerate(EMOTIONS)) == {
        0: "angry",
        1: "disgust",
        2: "fear",
        3: "happy",
        4: "sad",
        5: "surprise",
        6: "neutral",
    }


def test_states_are_no_labels():
    assert GATE[1] == HUMAN
    assert UNCERTAIN not in EMOTIONS
