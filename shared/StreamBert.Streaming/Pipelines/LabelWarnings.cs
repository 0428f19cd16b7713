using StreamBert.Contracts;

namespace StreamBert.Streaming.Pipelines;

/// <summary>
/// Finds labels in the rules of a pipeline that its model does not have. Such a rule is valid, as another version of the model may have the
/// label, but until then it watches nothing.
/// </summary>
public static class LabelWarnings
{
    /// <summary>Returns a sentence for each label that is not known.</summary>
    /// <param name="pipeline">The pipeline with its rules.</param>
    /// <param name="labels">Head → the labels that the model can answer with.</param>
    public static IEnumerable<string> Of(PipelineOptions pipeline, IReadOnlyDictionary<string, IReadOnlyList<string>> labels)
    {
        var watched = pipeline.LabelRules.Select(static rule => (rule.Head, rule.Label))
            .Concat(pipeline.Monitor.Rules.Fairness.Select(static rule => (rule.Head, rule.Label))).Distinct();
        foreach (var (head, label) in watched)
        {
            if (!labels.TryGetValue(head, out var known) || known.Contains(label))
                continue;
            var nearest = FieldNameSuggestion.Find(label, known) is { } found ? $" Did you mean '{found}'?" : "";
            yield return $"a rule watches the label '{label}', which the head '{head}' of the model does not have.{nearest} "
                + $"It has {string.Join(", ", known)}.";
        }
    }
}
