using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Pipelines;

/// <summary>Validates configured pipelines; each fault is one sentence that names the pipeline and the remedy.</summary>
internal static partial class PipelineValidation
{
    private static readonly string[] Reserved =
    [
        Topics.Interactive, Topics.Explain, Topics.Tokenize, Topics.Tokens, Topics.Predictions, Topics.DeadLetter, Topics.Feedback,
        Topics.Trends, Topics.Progress, Topics.EventTime, Topics.Alerts, Topics.Models, Topics.Audit, Topics.MonitorState,
        Topics.ReplayState, Topics.DeadLetterState, Topics.LedgerState, Topics.Rules, Topics.Annotators,
        Topics.AlertActions, Topics.Notifications, Topics.Fairness, Topics.Accuracy, Topics.Drift, Topics.LabellingSample, Topics.Shadow,
        Topics.Health, Topics.RulesPreviewRequests, Topics.RulesPreviews,
    ];

    public static IEnumerable<string> Faults(IReadOnlyList<PipelineOptions> pipelines) =>
        pipelines.SelectMany(Nulls).ToList() is { Count: > 0 } nulls ? nulls
            : pipelines.SelectMany(Hidden).ToList() is { Count: > 0 } hidden ? hidden
            : pipelines.SelectMany(Faults).Concat(SharedNames(pipelines)).Concat(SharedTopics(pipelines));

    /// <summary>A configuration file may say null where the options have a value; nothing else can be validated then.</summary>
    private static IEnumerable<string> Nulls(PipelineOptions pipeline) =>
        Nulls(pipeline, "").Select(path => $"pipeline {Named(pipeline)}: {path.TrimStart(':')} is null; leave it out or give it a value.");

    private static IEnumerable<string> Nulls(object part, string path)
    {
        var nullability = new NullabilityInfoContext();
        foreach (var property in part.GetType().GetProperties()
            .Where(static property => property.CanWrite && !property.PropertyType.IsValueType))
        {
            var (value, at) = (property.GetValue(part), $"{path}:{property.Name}");
            var faults = value switch
            {
                null => nullability.Create(property).ReadState == NullabilityState.NotNull ? [at] : [],
                string => [],
                IEnumerable<KeyValuePair<string, string>> pairs => pairs.Where(static pair => pair.Value is null)
                    .Select(pair => $"{at}:{pair.Key}"),
                IDictionary map => map.Keys.Cast<string>().SelectMany(
                    key => map[key] is { } element ? Nulls(element, $"{at}:{key}") : [$"{at}:{key}"]),
                IEnumerable<object> elements => elements.SelectMany(
                    (element, index) => element is null ? [$"{at}:{index}"] : element is string ? [] : Nulls(element, $"{at}:{index}")),
                _ => Nulls(value, at),
            };
            foreach (var fault in faults) yield return fault;
        }
    }

    /// <summary>Names and labels are shown wherever the pipeline is, on terminals too.</summary>
    private static IEnumerable<string> Hidden(PipelineOptions pipeline) => Strings(JsonSerializer.SerializeToElement(pipeline), "")
        .Where(static text => !VisibleText.IsPlain(text.Value))
        .Select(text => $"pipeline {VisibleText.EscapeLine(Named(pipeline))}: {VisibleText.EscapeLine(text.Path.TrimStart(':'))} is "
            + $"'{VisibleText.EscapeLine(text.Value)}'; control characters, line breaks and characters that cannot be seen are not taken.");

    private static IEnumerable<(string Path, string Value)> Strings(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.String => [(path, element.GetString()!)],
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Strings(item, $"{path}:{index}")),
        JsonValueKind.Object => element.EnumerateObject()
            .SelectMany(property => Strings(property.Value, $"{path}:{property.Name}").Prepend(($"{path}:{property.Name}", property.Name))),
        _ => [],
    };

    private static string Named(PipelineOptions pipeline)
        => string.IsNullOrEmpty(pipeline.Name) ? "(without a name)" : $"'{pipeline.Name}'";

    private static IEnumerable<string> Faults(PipelineOptions pipeline) =>
        Annotated(pipeline).Concat(Inputs(pipeline)).Concat(Fields(pipeline.Fields)).Concat(Heads(pipeline)).Concat(Times(pipeline.Monitor))
            .Concat(RulesValidation.Faults(pipeline, pipeline.Monitor.Rules).Select(static fault => $"Monitor:Rules:{fault}"))
            .Concat(Privacy(pipeline)).Concat(Predictions(pipeline))
            .Select(fault => $"pipeline {Named(pipeline)}: {fault}");

    /// <summary>Finds pipelines whose texts would be rejected for the size of their records.</summary>
    public static IEnumerable<string> TooLarge(IReadOnlyList<PipelineOptions> pipelines, FieldLimits limits) =>
        pipelines.Where(pipeline => pipeline.MaxTextBytes > limits.RecordBytes).Select(pipeline =>
            $"pipeline {Named(pipeline)}: MaxTextBytes is {pipeline.MaxTextBytes}, but a whole record may have {limits.RecordBytes} "
                + $"bytes; raise Limits:RecordBytes or lower MaxTextBytes.");

    /// <summary>Validates the properties of an object by their attributes.</summary>
    public static IEnumerable<string> Annotated(object part)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(part, new ValidationContext(part), results, validateAllProperties: true);
        return results.Select(static r => r.ErrorMessage ?? "is not valid");
    }

    private static IEnumerable<string> Annotated(PipelineOptions pipeline) =>
        new object[] { pipeline }.Concat(pipeline.Routes).SelectMany(Annotated);

    private static IEnumerable<string> Inputs(PipelineOptions pipeline)
    {
        foreach (var topic in pipeline.Inputs.Concat(pipeline.Routes.Select(static r => Topics.Route(r.Queue ?? ""))))
        {
            if (!TopicName().IsMatch(topic))
                yield return $"'{topic}' cannot be a topic's name; use at most 249 letters, digits, '.', '_' and '-'.";
        }

        foreach (var topic in pipeline.Inputs.Intersect(Reserved))
            yield return $"the input topic '{topic}' is used by StreamBert itself; choose another name.";
    }

    private static IEnumerable<string> Fields(FieldMapping fields)
    {
        if (fields.TimeFormat is { } format && EventTimeFormat.Validate(format) is { } fault)
            yield return $"Fields:TimeFormat: {fault}";
    }

    private static IEnumerable<string> Heads(PipelineOptions pipeline)
    {
        if (pipeline.Heads.Count == 0)
            yield return "it names no head; set Heads to the model's heads whose answers you want, such as sentiment.";
        if (pipeline.Monitor.SegmentHead is { } segments && !pipeline.Heads.Contains(segments))
        {
            yield return $"Monitor:SegmentHead names the head '{segments}', which is not among its Heads "
                + $"({string.Join(", ", pipeline.Heads)}).";
        }
        foreach (var route in pipeline.Routes.Where(route => !string.IsNullOrEmpty(route.Head) && !pipeline.Heads.Contains(route.Head)))
        {
            yield return $"the route to '{route.Queue}' uses the head '{route.Head}', which is not among its Heads "
                + $"({string.Join(", ", pipeline.Heads)}).";
        }
    }

    private static IEnumerable<string> Predictions(PipelineOptions pipeline)
    {
        if (pipeline.Predictions is not { } predictions)
            yield break;
        foreach (var head in pipeline.Heads.Except(predictions.Heads.Keys))
            yield return $"Predictions:Heads has no mapping of the head '{head}'.";
        foreach (var head in predictions.Heads.Keys.Except(pipeline.Heads))
            yield return $"Predictions:Heads maps the head '{head}', which is not among its Heads ({string.Join(", ", pipeline.Heads)}).";
        foreach (var (head, mapping) in predictions.Heads)
        {
            if (mapping.Scores is null && (mapping.Label is null || mapping.Confidence is null))
                yield return $"Predictions:Heads:{head} needs Scores, or Label and Confidence.";
        }
        if (pipeline.Privacy.Redact.Contains(PersonalData.Name))
            yield return "Privacy:Redact names 'name', which needs a head that recognizes entities; predictions have none.";
    }

    private static IEnumerable<string> Times(MonitorOptions monitor)
    {
        if (monitor.Window < TimeSpan.FromSeconds(1))
            yield return $"Monitor:Window is {monitor.Window}; it must be at least one second.";
        if (monitor.AllowedLateness < TimeSpan.Zero)
            yield return $"Monitor:AllowedLateness is {monitor.AllowedLateness}; it must not be negative.";
    }

    private static IEnumerable<string> Privacy(PipelineOptions pipeline)
    {
        var privacy = pipeline.Privacy;
        foreach (var type in privacy.Redact.Except(PersonalData.All))
            yield return $"Privacy:Redact names '{type}'; it may hold {string.Join(", ", PersonalData.All)}.";
        if (privacy.ModelInput is not (PrivacyOptions.Original or PrivacyOptions.Redacted))
        {
            yield return $"Privacy:ModelInput is '{privacy.ModelInput}'; it must be '{PrivacyOptions.Original}' or "
                + $"'{PrivacyOptions.Redacted}'.";
        }
        if (privacy is { ModelReadsOriginal: true, Redact.Count: > 0, PerSubjectKeys: false })
        {
            yield return "Privacy:ModelInput is 'original', but what Privacy:Redact names may not be stored readable: set "
                + "Privacy:PerSubjectKeys to true (texts without a subject are then redacted), or ModelInput to 'redacted'.";
        }
    }

    private static IEnumerable<string> SharedNames(IReadOnlyList<PipelineOptions> pipelines) =>
        pipelines.GroupBy(static p => p.Name).Where(static g => g.Count() > 1)
            .Select(static g => $"{g.Count()} pipelines are called '{g.Key}'; names must differ.");

    private static IEnumerable<string> SharedTopics(IReadOnlyList<PipelineOptions> pipelines) =>
        pipelines.SelectMany(static p => p.Inputs.Distinct(), static (p, topic) => (p.Name, topic)).GroupBy(static x => x.topic)
            .Where(static g => g.Select(static x => x.Name).Distinct().Count() > 1)
            .Select(static g => $"the topic '{g.Key}' is read by {string.Join(" and ", g.Select(static x => x.Name))}; a topic belongs "
                + "to one pipeline.");

    [GeneratedRegex("^[A-Za-z0-9._-]{1,249}$")]
    private static partial Regex TopicName();
}
