namespace StreamBert.Model.Packages;

/// <summary>The one head of a plain checkpoint, as its tensors show it where <c>config.json</c> does not say.</summary>
internal static class PlainClassifier
{
    private const string Weight = "classifier.weight", RobertaWeight = "classifier.out_proj.weight";
    private static readonly string[] BertPoolers = ["bert.pooler.dense.weight", "pooler.dense.weight"];

    /// <summary>Hugging Face's name of the class that such tensors belong to; empty where they hold no classifier.</summary>
    public static string Architecture(TensorFiles tensors, EncoderConfig config)
    {
        if (config.ModelType == EncoderConfig.Roberta && tensors.Contains(RobertaWeight)) return "RobertaForSequenceClassification";
        if (!tensors.Contains(Weight)) return "";
        return config.ModelType switch
        {
            EncoderConfig.Roberta => "RobertaForTokenClassification",
            EncoderConfig.DistilBert => tensors.Contains("pre_classifier.weight")
                ? "DistilBertForSequenceClassification"
                : "DistilBertForTokenClassification",
            _ => Array.Exists(BertPoolers, tensors.Contains) && !AreTags(config.Labels)
                ? "BertForSequenceClassification"
                : "BertForTokenClassification",
        };
    }

    /// <summary>How many labels the classifier's tensor has rows for; null where there is none.</summary>
    public static int? Labels(TensorFiles tensors) =>
        Array.Find([RobertaWeight, Weight], tensors.Contains) is { } name && tensors.Shape(name) is [var rows, _]
            && rows is > 0 and < 10_000 ? (int)rows : null;

    /// <summary>Old token classifiers were saved with a pooler they do not use; their labels tell.</summary>
    private static bool AreTags(IReadOnlyList<string>? labels) =>
        labels?.Any(
            static label => label.StartsWith("B-", StringComparison.Ordinal) || label.StartsWith("I-", StringComparison.Ordinal)) == true;
}
