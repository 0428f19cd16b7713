using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Model.Manifests;

namespace StreamBert.Cli.ModelCards.Contents;

/// <summary>The model card of a package (Mitchell et al. 2019), which is the content of <c>card.json</c>.</summary>
internal sealed record ModelCard
{
    /// <summary>The version of the file format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The version of the model.</summary>
    public required string Version { get; init; }

    /// <summary>The version that the model was trained from; null if there is none.</summary>
    public string? Parent { get; init; }

    /// <summary>The package whose weights are adapted; null if the package contains all weights.</summary>
    public BaseManifest? Base { get; init; }

    /// <summary>The licence of the weights; null if it is not stated.</summary>
    public string? License { get; init; }

    /// <summary>Hugging Face's class name, and the number of layers and the hidden size of the encoder.</summary>
    public required string Architecture { get; init; }

    /// <summary>The number of parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>The size of the package's files in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The SHA-256 of the weights.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The longest input in tokens.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>The heads with their labels and temperatures.</summary>
    public required IReadOnlyList<HeadManifest> Heads { get; init; }

    /// <summary>What was trained on and what was kept out of it, by stage; empty if it is unknown.</summary>
    public IReadOnlyList<TrainingStage> Stages { get; init; } = [];

    /// <summary>The training by this command line; null if the package was made otherwise.</summary>
    public CardTraining? Training { get; init; }

    /// <summary>The texts of the reference profile; null without one.</summary>
    public CardProfile? Profile { get; init; }

    /// <summary>The evaluations: those of the training, and those that <c>evaluate --save</c> added.</summary>
    public IReadOnlyList<EvaluationRecord> Evaluations { get; init; } = [];

    /// <summary>The limits of use that follow from all this.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Returns the card with an evaluation, which replaces an earlier one of the same head on the same data.</summary>
    public ModelCard With(EvaluationRecord evaluation) => this with
    {
        Evaluations = [.. Evaluations.Where(known => !known.IsRepeatedBy(evaluation)), evaluation],
    };
}

/// <summary>The texts on which a reference profile was measured.</summary>
/// <param name="MeasuredOn">The name of the texts.</param>
/// <param name="Texts">Their number.</param>
internal sealed record CardProfile(string MeasuredOn, long Texts);
