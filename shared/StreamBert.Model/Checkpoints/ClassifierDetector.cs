using StreamBert.Model.SafeTensors;

namespace StreamBert.Model.Checkpoints;

/// <summary>Infers the only head of a plain checkpoint from its tensors, if <c>config.json</c> does not state it.</summary>
internal static class ClassifierDetector
{
    private const string Weight = "classifier.weight", RobertaWeight = "classifier.out_proj.weight";
    private const int MaxLabels = 10_000;
    private static readonly string[] BertPoolers = ["bert.pooler.dense.weight", "pooler.dense.weight"];

    /// <summary>Returns Hugging Face's class name for such tensors; an empty text if they contain no classifier.</summary>
    public static string DetectArchitecture(CheckpointTensors tensors, EncoderConfig config)
    {
        if (config.ModelType == EncoderConfig.Roberta && tensors.Contains(RobertaWeight)) return "RobertaForSequenceClassification";
        if (!tensors.Contains(Weight)) return "";
        return config.ModelType switch
        {
            EncoderConfig.Roberta => "RobertaForTokenClassification",
            EncoderConfig.DistilBert => tensors.Contains("pre_classifier.weight")
                ? "DistilBertForSequenceClassification"
                : "DistilBertForTokenClassification",
            _ => Array.Exists(BertPoolers, tensors.Contains) && !AreEntityTags(config.Labels)
                ? "BertForSequenceClassification"
                : "BertForTokenClassification",
        };
    }

    /// <summary>Returns the number of rows of the classifier's weight; null if there is none.</summary>
    public static int? CountLabels(CheckpointTensors tensors)
    {
        if (Array.Find([RobertaWeight, Weight], tensors.Contains) is not { } name) return null;
        return tensors.GetShape(name) is [var rows, _] && rows is > 0 and < MaxLabels ? (int)rows : null;
    }

    /// <summary>Old token classifiers were saved with a pooler that they do not use; their labels reveal them.</summary>
    private static bool AreEntityTags(IReadOnlyList<string>? labels) => labels?.Any(static label =>
        label.StartsWith("B-", StringComparison.Ordinal) || label.StartsWith("I-", StringComparison.Ordinal)) == true;
}
