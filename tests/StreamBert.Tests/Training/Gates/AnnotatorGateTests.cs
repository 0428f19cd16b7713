using StreamBert.Contracts;
using StreamBert.Training.Annotators;
using StreamBert.Training.Gates;

namespace StreamBert.Tests.Training.Gates;

public sealed class AnnotatorGateTests
{
    private static readonly GateResult Passed = new() { Gate = Gate.Gain, Outcome = GateResult.Passed, Text = "better" };
    private static readonly GateResult Failed = new() { Gate = Gate.Gain, Outcome = GateResult.Failed, Text = "not better" };

    [Fact]
    public void An_unreliable_annotator_fails_the_candidate_and_is_named_with_figures_and_a_remedy()
    {
        var test = new ReliabilityTest("bob", "sentiment", ReliabilityEvidence.Prediction, 60, 0.62, 0.07, 0.0003);

        var gate = Assert.Single(AnnotatorGate.Evaluate(new([Report("anna"), Report("bob")], [test], []), [Passed]));

        Assert.Equal(GateResult.Failed, gate.Outcome);
        Assert.All(
            ["'bob'", "sentiment", "60 labels", "62 %", "7 %", "0.0003", "streambert annotators exclude"],
            part => Assert.Contains(part, gate.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Reliable_annotators_pass() => Assert.Equal(
        GateResult.Passed, Assert.Single(AnnotatorGate.Evaluate(new([Report("anna"), Report("bob")], [], []), [Passed])).Outcome);

    [Fact]
    public void A_lone_annotator_is_not_judged_while_all_other_gates_pass() => Assert.Equal(
        GateResult.NotEvaluated, Assert.Single(AnnotatorGate.Evaluate(new([Report("bob", 50)], [], []), [Passed])).Outcome);

    [Fact]
    public void If_another_gate_refuses_the_annotators_and_slices_with_most_contradictions_are_named()
    {
        var assessment = new AnnotatorAssessment(
            [Report("anna", 2), Report("bob", 50)], [],
            [new("bob", "news", "sentiment", "positive", "negative", 40) { Shared = ("source=Wire", 33) }]);

        var gates = AnnotatorGate.Evaluate(assessment, [Passed, Failed]);

        Assert.DoesNotContain(gates, static gate => gate.Outcome == GateResult.Failed);
        Assert.Contains(
            "'bob' (50 of 60), 'anna' (2 of 60); look at these labels if they surprise you: news/sentiment 'positive' labelled 'negative' "
                + "(40 by 'bob', 33 of them with source=Wire)", gates[^1].Text, StringComparison.Ordinal);
    }

    private static AnnotatorReport Report(string name, int contradictions = 0) =>
        new() { Annotator = name, Labels = 100, ConfidentAnswers = 60, Contradictions = contradictions };
}
