"""Makes classification-reports.json of seeded random data with scikit-learn 1.2.1 (Debian 12) and the main branch of seqeval."""
import json, random, sys
from sklearn.metrics import classification_report
from sklearn.preprocessing import MultiLabelBinarizer
from seqeval.metrics import classification_report as seqeval_report

rng = random.Random(20)
cases = []

def add(name, layout, actual, predicted, report, digits=2, labels=None):
    cases.append(dict(name=name, layout=layout, digits=digits, labels=labels or [], actual=actual, predicted=predicted, report=report))

def single(name, labels, count, hit, digits=2):
    actual = [rng.choice(labels) for _ in range(count)]
    predicted = [a if rng.random() < hit else rng.choice(labels) for a in actual]
    add(name, "sklearn", actual, predicted, classification_report(actual, predicted, digits=digits, zero_division=0), digits)

single("three classes", ["negative", "neutral", "positive"], 60, 0.7)
single("long names and four digits", ["a", "a label that is longer than weighted avg", "Ünïcödé", "zebra"], 40, 0.5, 4)
single("numbers as labels", [str(i) for i in range(12)], 150, 0.6, 3)
# Precision, recall and F1 with exact ties: multiples of 1/8.
actual = ["a"] * 8 + ["b"] * 8
predicted = ["a"] * 5 + ["b"] * 3 + ["a"] * 3 + ["b"] * 5
add("ties", "sklearn", actual, predicted, classification_report(actual, predicted))
actual = ["a"] * 8 + ["b"] * 8
predicted = ["a"] + ["c"] * 7 + ["b"] * 7 + ["c"]
add("a class without support", "sklearn", actual, predicted, classification_report(actual, predicted, zero_division=0))
add("all correct", "sklearn", ["x", "y"], ["x", "y"], classification_report(["x", "y"], ["x", "y"]))
# Labels that are wider than the columns, of one character, with spaces, of other scripts, and like the name of an average.
single("labels of all widths", ["q", "two words", "财经新闻", "🙂", "macro avg", "x" * 60, "naïve café"], 90, 0.6)
single("one digit", ["down", "up"], 37, 0.6, 1)
single("ten digits", ["down", "same", "up"], 37, 0.6, 10)
single("77 classes", [f"intent_{i}" for i in range(77)], 600, 0.7, 3)
single("one class", ["only"], 9, 1)
single("order by code point", ["b", "B", "a", "Z", "é", "_", "1"], 50, 0.5)
# Undefined rates count as 0, scikit-learn's default (zero_division="warn"): a class that is never predicted, and one without support.
actual = ["rare"] * 2 + ["common"] * 11
predicted = ["common"] * 12 + ["unheard"]
add("zero division", "sklearn", actual, predicted, classification_report(actual, predicted, digits=4), 4)
actual, predicted = ["a", "b"], ["b", "a"]
add("all wrong", "sklearn", actual, predicted, classification_report(actual, predicted))

labels = ["billing", "delivery", "refund", "never"]
actual = [[l for l in labels[:3] if rng.random() < 0.4] for _ in range(30)]
predicted = [[l for l in labels[:3] if (l in a) ^ (rng.random() < 0.2)] for a in actual]
binarizer = MultiLabelBinarizer(classes=labels).fit(actual)
report = classification_report(binarizer.transform(actual), binarizer.transform(predicted), target_names=labels, zero_division=0)
add("any number of labels", "multi-label", ["|".join(a) for a in actual], ["|".join(p) for p in predicted], report, labels=labels)
actual, predicted = [[], [], ["refund"]], [[], ["billing"], []]
report = classification_report(binarizer.transform(actual), binarizer.transform(predicted), target_names=labels, digits=3, zero_division=0)
add("no labels", "multi-label", ["|".join(a) for a in actual], ["|".join(p) for p in predicted], report, 3, labels)

def sentence(length):
    tags, previous = [], "O"
    for _ in range(length):
        options = ["O", "B-PER", "B-LOC", "B-ORG", "B-MISC"] + (["I" + previous[1:]] * 3 if previous != "O" else [])
        previous = rng.choice(options)
        tags.append(previous)
    return tags

def corrupt(tags, hit):
    return [t if rng.random() < hit else rng.choice(["O", "B-PER", "I-PER", "B-LOC", "I-ORG"]) for t in tags]

def entities(name, actual, predicted, digits=2):
    lines = dict(actual=[" ".join(s) for s in actual], predicted=[" ".join(s) for s in predicted])
    add(name, "seqeval", **lines, report=seqeval_report(actual, predicted, digits=digits, zero_division=0), digits=digits)
    flat = [t for s in actual for t in s], [t for s in predicted for t in s]
    tags = sorted({t for t in flat[0] + flat[1] if t != "O"}, key=lambda t: (t[1:], t[0]))
    report = classification_report(*flat, labels=tags, digits=digits, zero_division=0)
    add(name + ", by tag", "conll", **lines, report=report, digits=digits)

entities("the example of seqeval's documentation",
         [["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]],
         [["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]])
actual = [sentence(rng.randint(1, 9)) for _ in range(40)]
entities("random sentences", actual, [corrupt(s, 0.8) for s in actual], 3)
entities("wide types and six digits", *[[["B-" + "".join(t), "O", "B-creative-work"] for t in ts] for ts in (
    [["product"], ["a-very-long-entity-type"], ["X"]], [["product"], ["product"], ["X"]])], 6)
entities("all words wrong", [["B-PER", "O"]], [["O", "B-LOC"]])
entities("nothing found", [["B-PER", "I-PER", "O"], ["B-LOC"]], [["O", "O", "O"], ["O"]])
entities("tags in IO, BIOES and mixed", [["I-PER", "I-PER", "O", "I-LOC"], ["S-ORG", "B-ORG", "I-ORG", "E-ORG"], ["B-PER", "B-PER"]],
         [["I-PER", "I-PER", "O", "B-LOC"], ["S-ORG", "B-ORG", "E-ORG", "S-ORG"], ["B-PER", "I-PER"]], 4)

json.dump(cases, open(sys.argv[1], "w", encoding="utf-8"), ensure_ascii=False, indent=1)
