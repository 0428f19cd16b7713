namespace StreamBert.Model.Training;

/// <summary>Options of supervised fine-tuning.</summary>
public sealed record FineTuneOptions
{
    public int Epochs { get; init; } = 3;

    /// <summary>Peak learning rate of AdamW; rises over the first 5 % of the steps, then falls linearly to zero.</summary>
    public double LearningRate { get; init; } = 3e-4;
    public int BatchTokens { get; init; } = 1024;
    public double Dropout { get; init; } = 0.1;

    /// <summary>Share of a text's tokens replaced by [UNK] in training, so that no single word decides.</summary>
    public double TokenDropout { get; init; } = 0.1;

    /// <summary>Weight of the teacher's soft labels beside the given labels (Hinton et al. 2015); 0: no teacher.</summary>
    public double Distillation { get; init; }

    /// <summary>Groups of heads whose texts are of one field: each one's teacher also labels the texts of the others.</summary>
    public IReadOnlyList<IReadOnlyList<string>> TeachAcross { get; init; } = [];

    /// <summary>Trains the heads alone.</summary>
    public bool FreezeEncoder { get; init; }
    public int Threads { get; init; } = Environment.ProcessorCount;
    public bool MixedPrecision { get; init; }
    public int Seed { get; init; } = 1;
}
