using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;

namespace StreamBert.Model.Heads;

/// <summary>Validates the manifests of zero-shot heads.</summary>
internal static class ZeroShotManifest
{
    /// <summary>The hypothesis template if none is given; a label replaces the braces.</summary>
    private const string DefaultTemplate = "This example is {}.";

    private const string Placeholder = "{}";

    /// <summary>Returns a zero-shot head with its defaults, and any other head unchanged.</summary>
    /// <exception cref="ModelPackageException">The checkpoint does not predict entailment, or the template has no placeholder.</exception>
    public static HeadManifest Complete(HeadManifest head, EncoderConfig config, string directory)
    {
        if (!HeadTask.IsZeroShot(head.Task)) return head;
        ValidateCheckpoint(head, config, directory);
        ValidateLabels(head, directory);
        var template = head.Template ?? DefaultTemplate;
        if (!template.Contains(Placeholder, StringComparison.Ordinal))
        {
            throw new ModelPackageException(
                $"{directory}: the template '{template}' of the head '{head.Name}' has no placeholder {Placeholder} for the label.");
        }

        return head with { Template = template, Pooling = Pooling.Cls };
    }

    /// <summary>Returns the hypothesis of a label.</summary>
    public static string FillTemplate(string template, string label) => template.Replace(Placeholder, label, StringComparison.Ordinal);

    private static void ValidateCheckpoint(HeadManifest head, EncoderConfig config, string directory)
    {
        var labels = new EntailmentLabels(config);
        if (!config.IsSequenceClassification || labels.Entailment < 0)
        {
            throw new ModelPackageException(
                $"{directory}: the zero-shot head '{head.Name}' needs a checkpoint for natural-language inference: its config.json "
                + "must be that of a …ForSequenceClassification with a label 'entailment' in id2label. The labels of this one are "
                + $"{string.Join(", ", config.Labels ?? [])}.");
        }

        if (head.Task == HeadTask.ZeroShotMultiLabel && labels.Contradiction < 0)
        {
            throw new ModelPackageException($"{directory}: the head '{head.Name}' compares entailment with contradiction, "
                + "and id2label of config.json has no label 'contradiction'.");
        }
    }

    private static void ValidateLabels(HeadManifest head, string directory)
    {
        if (head.Labels.Count == 0 || head.Labels.Any(string.IsNullOrWhiteSpace)
            || head.Labels.Distinct(StringComparer.Ordinal).Count() != head.Labels.Count)
        {
            throw new ModelPackageException($"{directory}: the zero-shot head '{head.Name}' needs labels with distinct, non-empty names.");
        }
    }
}
