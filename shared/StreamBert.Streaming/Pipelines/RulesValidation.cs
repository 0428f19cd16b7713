using StreamBert.Contracts;

namespace StreamBert.Streaming.Pipelines;

/// <summary>Validates monitoring rules against their pipeline; each fault is one sentence that begins with the faulty key.</summary>
public static class RulesValidation
{
    private static readonly TimeSpan MinimumBudgetTime = TimeSpan.FromMinutes(1);

    /// <summary>The longest time that label rules judge: the memory of a series is a sum for each window of it.</summary>
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1);

    /// <summary>Returns the faults of rules, whether they come from the configuration, a file or the topic <c>rules</c>.</summary>
    /// <param name="pipeline">The pipeline to which the rules belong.</param>
    /// <param name="rules">The rules.</param>
    public static IEnumerable<string> Faults(PipelineOptions pipeline, MonitorRules rules) =>
        Ranges(rules).Concat(Calendar(rules)).Concat(Dimensions(pipeline, rules)).Concat(Heads(pipeline, rules))
            .Concat(Labels(pipeline, rules));

    private static IEnumerable<string> Ranges(MonitorRules rules)
    {
        (string Key, object Part)[] parts =
        [
            ("Budget", rules.Budget), ("Volume", rules.Volume), ("Drift", rules.Drift), ("Accuracy", rules.Accuracy),
            .. rules.Labels.Select(static (rule, index) => ($"Labels:{index}", (object)rule)),
            .. rules.Fairness.Select(static (rule, index) => ($"Fairness:{index}", (object)rule)),
        ];
        foreach (var (key, part) in parts)
        {
            foreach (var fault in PipelineValidation.Annotated(part))
                yield return $"{key}: {fault}";
        }
    }

    private static IEnumerable<string> Calendar(MonitorRules rules)
    {
        if (rules.Budget.Per < MinimumBudgetTime)
            yield return $"Budget:Per is {rules.Budget.Per}; it must be at least one minute, such as 7.00:00:00 for a week.";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(rules.TimeZone, out _))
            yield return $"TimeZone is '{rules.TimeZone}', which this machine does not know; use an IANA name such as Europe/Berlin.";
        foreach (var kind in rules.Disabled.Except(AlertKinds.All))
            yield return $"Disabled names '{kind}'; it may hold {string.Join(", ", AlertKinds.All)}.";
    }

    private static IEnumerable<string> Dimensions(PipelineOptions pipeline, MonitorRules rules)
    {
        foreach (var text in rules.Segments.Where(static text => SegmentDimension.TryParse(text) is null))
            yield return $"Segments holds '{text}'; it must be head:NAME, entity:NAME, attribute:NAME or source.";
        foreach (var name in rules.Segments.Select(SegmentDimension.TryParse).OfType<SegmentDimension>()
            .GroupBy(static dimension => dimension.Key)
            .Where(static group => group.Count() > 1 && group.Any(static dimension => dimension.Kind != SegmentKind.Entity))
            .Select(static group => group.Key))
        {
            yield return $"Segments holds two dimensions called '{name}'; their segments could not be told apart.";
        }
        var used = rules.Labels.SelectMany(static rule => rule.Segments).Concat(rules.Volume.Segments);
        foreach (var text in used.Except(rules.Segments))
            yield return $"a rule watches the segments of '{text}', which Segments does not hold.";
        if (!rules.Segments.Any(static text => SegmentDimension.TryParse(text)?.Kind == SegmentKind.Entity))
            yield break;
        if (!pipeline.Privacy.KeepText)
            yield return "Segments: an entity dimension counts the names in texts, but Privacy:KeepText is false; leave one of them out.";
        if (pipeline.Privacy.PerSubjectKeys)
        {
            yield return "Segments: an entity dimension counts the names in texts, which Privacy:PerSubjectKeys seals from the monitor; "
                + "leave one of them out.";
        }
    }

    private static IEnumerable<string> Heads(PipelineOptions pipeline, MonitorRules rules)
    {
        var dimensions = rules.Segments.Select(SegmentDimension.TryParse).OfType<SegmentDimension>();
        var used = rules.Labels.Select(static (rule, index) => (Head: rule.Head, Key: $"Labels:{index}:Head"))
            .Concat(rules.Fairness.Select(static (rule, index) => (Head: rule.Head, Key: $"Fairness:{index}:Head")))
            .Concat(rules.Drift.Heads.Select(static head => (Head: head, Key: "Drift:Heads")))
            .Concat(rules.Accuracy.Heads.Select(static head => (Head: head, Key: "Accuracy:Heads")))
            .Concat(dimensions.Where(static dimension => dimension.Kind is SegmentKind.Head or SegmentKind.Entity)
                .Select(static dimension => (Head: dimension.Name, Key: "Segments")));
        return used.Where(use => !pipeline.Heads.Contains(use.Head))
            .Select(use => $"{use.Key} names the head '{use.Head}', which is not among the pipeline's Heads "
                + $"({string.Join(", ", pipeline.Heads)}).");
    }

    private static IEnumerable<string> Labels(PipelineOptions pipeline, MonitorRules rules)
    {
        foreach (var (index, rule) in rules.Labels.Index())
        {
            if (rule is { Measure: LabelMeasure.Share, Threshold: > 1 })
                yield return $"Labels:{index}:Threshold is {rule.Threshold}; the limit of a share is between 0 and 1.";
            if (rule.Window is { } window && !IsHopping(window, pipeline.Monitor.Window))
            {
                yield return $"Labels:{index}:Window is {window}; it must be a multiple of the pipeline's Window "
                    + $"({pipeline.Monitor.Window}) and at most one day.";
            }
        }
        foreach (var same in rules.Labels.Index().GroupBy(static rule => rule.Item.Id()))
        {
            foreach (var (index, _) in same.Skip(1))
            {
                yield return $"Labels:{index} watches the same as rule {same.First().Index} of Labels ('{same.Key}'); two rules must "
                    + "differ in Head, Label, Measure, Direction, Threshold, Segments or Window.";
            }
        }
    }

    /// <summary>An invalid window of the pipeline is a fault of its own.</summary>
    private static bool IsHopping(TimeSpan window, TimeSpan hop) =>
        hop <= TimeSpan.Zero || window >= hop && window <= LongestWindow && window.Ticks % hop.Ticks == 0;
}
