using StreamBert.Model.Checkpoints;

namespace StreamBert.Model.Heads;

/// <summary>The labels of a checkpoint for natural-language inference, found by their names.</summary>
internal sealed class EntailmentLabels
{
    private const string EntailmentName = "entail", ContradictionName = "contradict";

    public EntailmentLabels(EncoderConfig config)
    {
        Entailment = Find(config, EntailmentName);
        var contradiction = Find(config, ContradictionName);
        // Without a name it is the other one of two labels.
        Contradiction = contradiction < 0 && config.Labels is { Count: 2 } ? 1 - Entailment : contradiction;
    }

    /// <summary>Index of the label for entailment; -1 if there is none.</summary>
    public int Entailment { get; }

    /// <summary>Index of the label for contradiction; -1 if there is none.</summary>
    public int Contradiction { get; }

    private static int Find(EncoderConfig config, string name) =>
        config.Labels?.ToList().FindIndex(label => label.StartsWith(name, StringComparison.OrdinalIgnoreCase)) ?? -1;
}
