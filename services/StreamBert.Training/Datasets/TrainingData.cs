using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Evaluation;

namespace StreamBert.Training.Datasets;

/// <summary>What a run learns from and is judged by.</summary>
/// <param name="Verdicts">The people's answers.</param>
/// <param name="Replay">The champion's own.</param>
public sealed record TrainingData(Split Verdicts, Split Replay)
{
    public const string VerdictsName = "held-out verdicts";
    public const string ReplayName = "held-out replay";

    public int VerdictCount => Verdicts.Train.Count + Verdicts.HeldOut.Count;
    public int ReplayCount => Replay.Train.Count + Replay.HeldOut.Count;
    public IReadOnlyList<LabelledText> Train => [.. Verdicts.Train, .. Replay.Train];

    public static TrainingData Of(IReadOnlyList<Verdict> verdicts, IReadOnlyList<LabelledText> replay, double heldOutShare) => new(
        Split.Of([.. verdicts.Select(static v => new LabelledText(v.Text, v.Head, v.Label))], heldOutShare),
        Split.Of(replay, heldOutShare));

    /// <summary>A model's reports on the held-out verdicts, by head.</summary>
    public IReadOnlyList<ClassificationReport> OnVerdicts(TextClassifier model) => Reports(model, Verdicts.HeldOut, VerdictsName);

    /// <summary>A model's reports on the held-out replay, by head; accuracy is the agreement with the champion.</summary>
    public IReadOnlyList<ClassificationReport> OnReplay(TextClassifier model) => Reports(model, Replay.HeldOut, ReplayName);

    private static IReadOnlyList<ClassificationReport> Reports(TextClassifier model, IReadOnlyList<LabelledText> data, string name) =>
        [.. data.Select(static e => e.Head).Distinct().Order(StringComparer.Ordinal)
            .Select(head => Evaluator.Evaluate(model, data, head, name))];
}
