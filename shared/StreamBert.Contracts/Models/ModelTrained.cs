namespace StreamBert.Contracts;

/// <summary>Reports that a candidate was trained and evaluated. It serves only if a <see cref="ModelPromoted"/> follows.</summary>
public sealed record ModelTrained
{
    /// <summary>The name of the model, such as <c>default</c>, to which pipelines refer.</summary>
    public required string Model { get; init; }

    /// <summary>The version of the candidate.</summary>
    public required string Version { get; init; }

    /// <summary>The version it was trained from; null for an imported version.</summary>
    public string? Parent { get; init; }

    /// <summary>What started the run: one of <see cref="TrainingCauses"/>; null in events of earlier versions.</summary>
    public string? Cause { get; init; }

    /// <summary>When the training ended.</summary>
    public required DateTimeOffset TrainedAt { get; init; }

    /// <summary>The duration of the training in seconds.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>The number of feedback texts in the training set.</summary>
    public required int FeedbackCount { get; init; }

    /// <summary>The number of replayed recent texts in the training set.</summary>
    public required int ReplayCount { get; init; }

    /// <summary>The number of texts of the model's anchor, which are trained and evaluated on.</summary>
    public int AnchorCount { get; init; }

    /// <summary>
    /// The end of the feedback that this run and those before it have evaluated on, by partition: later runs evaluate on later feedback
    /// only.
    /// </summary>
    public IReadOnlyList<RecordPosition> EvaluatedUntil { get; init => field = value ?? []; } = [];

    /// <summary>The evaluation of the candidate on the held-out set, by head.</summary>
    public required IReadOnlyList<ClassificationReport> Candidate { get; init; }

    /// <summary>The evaluation of the serving version on the same set, by head.</summary>
    public IReadOnlyList<ClassificationReport> Champion { get; init => field = value ?? []; } = [];

    /// <summary>
    /// The answers of both versions on that set in detail: confusion matrices and slices, by head and data set; empty in events of earlier
    /// versions.
    /// </summary>
    public IReadOnlyList<PairedEvaluation> Evaluations { get; init => field = value ?? []; } = [];

    /// <summary>
    /// What the candidate would change on the newest texts; null without texts, if it did not converge, and in events of earlier versions.
    /// </summary>
    public AnswerChanges? Changes { get; init; }

    /// <summary>The labels by head, for heads that predict labels; null in events of earlier versions.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Labels { get; init; }

    /// <summary>The curves of the run and what it used; null in events of earlier versions, and if it did not converge.</summary>
    public RunCurve? Curve { get; init; }

    /// <summary>The SHA-256 of the labels that it was trained and evaluated on, as <c>streambert datasets</c> names the data set.</summary>
    public string? Dataset { get; init; }

    /// <summary>The agreement of the annotators on each head; empty in events of earlier versions.</summary>
    public IReadOnlyList<AgreementReport> Agreement { get; init => field = value ?? []; } = [];

    /// <summary>The annotators of the feedback, and how reliable they seemed; empty in events of earlier versions.</summary>
    public IReadOnlyList<AnnotatorReport> Annotators { get; init => field = value ?? []; } = [];

    /// <summary>Whether the candidate passed every gate.</summary>
    public required bool Accepted { get; init; }

    /// <summary>
    /// Why an accepted candidate was not promoted: another version serves than its parent, or the serving version is pinned. Else null.
    /// </summary>
    public string? NotPromoted { get; init; }

    /// <summary>Describes each gate with its outcome.</summary>
    public required IReadOnlyList<string> Gates { get; init; }

    /// <summary>The outcome of each gate with its numbers; none in events of earlier versions.</summary>
    public IReadOnlyList<GateResult> GateResults { get; init => field = value ?? []; } = [];
}
