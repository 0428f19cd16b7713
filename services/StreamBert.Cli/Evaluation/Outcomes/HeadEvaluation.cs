using StreamBert.Cli.Evaluation.Timing;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Evaluation.Responsibility;
using StreamBert.Model.Manifests;

namespace StreamBert.Cli.Evaluation.Outcomes;

/// <summary>Represents the answers of a model's head to a labelled file.</summary>
/// <param name="Version">The version of the model.</param>
/// <param name="Head">The head.</param>
/// <param name="Report">The classification report.</param>
internal sealed record HeadEvaluation(string Version, HeadInfo Head, ClassificationReport Report)
{
    /// <summary>The rows of the file; none for a token-classification head.</summary>
    public IReadOnlyList<LabelledRow> Rows { get; init; } = [];

    /// <summary>The answer to each row.</summary>
    public IReadOnlyList<ScoredText> Answers { get; init; } = [];

    /// <summary>The outcome of each row; for a token-classification head that of each word.</summary>
    public required IReadOnlyList<EvaluatedText> Outcomes { get; init; }

    /// <summary>The sentences of the file for a token-classification head.</summary>
    public IReadOnlyList<TaggedSentence> Sentences { get; init; } = [];

    /// <summary>The tags of each sentence.</summary>
    public IReadOnlyList<EvaluatedSentence> Tags { get; init; } = [];

    /// <summary>The texts or sentences as independent items.</summary>
    public required IReadOnlyList<EvaluationUnit> Units { get; init; }

    /// <summary>The number of classes that the counts of <see cref="Units"/> are indexed by.</summary>
    public required int Classes { get; init; }

    /// <summary>The SHA-256 of the file; null if a part of one was evaluated.</summary>
    public string? DataSha256 { get; init; }

    /// <summary>The time that single texts take, if it was measured.</summary>
    public LatencyReport? Latency { get; init; }

    /// <summary>The opacity ε, if it was measured.</summary>
    public Opacity? Opacity { get; init; }

    /// <summary>The leak risk θ, if it was measured.</summary>
    public Estimate? LeakRisk { get; init; }

    /// <summary>The loss of each row.</summary>
    public IEnumerable<double> Losses =>
        Rows.Zip(Answers, static (row, answer) => MembershipAttack.ComputeLoss(answer, row.Labels[0]));

    public bool HasEntities => Head.Task == HeadTask.TokenClassification;

    public bool IsMultiLabel => Head.Task is HeadTask.MultiLabel or HeadTask.ZeroShotMultiLabel;
}
