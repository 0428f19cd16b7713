using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Pipelines;

/// <summary>
/// Reads monitoring rules from JSON, strictly: a key that does not exist is a fault, because a misspelt threshold would silently be the
/// default. The same rules of validity apply to files, the API and the configuration.
/// </summary>
public static partial class RulesFile
{
    private const string PipelinesKey = "pipelines";

    /// <summary>Reads a rules file.</summary>
    /// <param name="utf8">The content of the file.</param>
    /// <param name="pipelines">The configured pipelines.</param>
    /// <returns>The rules by pipeline, and the faults; with a fault there are no rules.</returns>
    public static (IReadOnlyDictionary<string, MonitorRules> Rules, IReadOnlyList<RulesFault> Faults) Read(
        ReadOnlyMemory<byte> utf8, PipelineCatalog pipelines)
    {
        var (document, walker) = Read(utf8, RulesContext.File, "");
        if (document is null)
            return (new Dictionary<string, MonitorRules>(), walker.Faults);
        List<RulesFault> faults =
        [
            .. document.Pipelines.SelectMany(rules => pipelines.Find(rules.Key) is { } pipeline
                ? Validate(pipeline, rules.Value, $"{PipelinesKey}.{rules.Key}", walker)
                : [UnknownPipeline(rules.Key, pipelines, walker)]),
        ];
        return (faults.Count == 0 ? document.Pipelines : new Dictionary<string, MonitorRules>(), faults);
    }

    /// <summary>Reads the rules of one pipeline.</summary>
    /// <param name="utf8">The JSON of the rules.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <returns>The rules, or null with a fault.</returns>
    public static (MonitorRules? Rules, IReadOnlyList<RulesFault> Faults) ReadRules(ReadOnlyMemory<byte> utf8, PipelineOptions pipeline)
    {
        var (rules, walker) = Read(utf8, RulesContext.Rules, "");
        List<RulesFault> faults = rules is null ? [.. walker.Faults] : [.. Validate(pipeline, rules, "", walker)];
        return (faults.Count == 0 ? rules : null, faults);
    }

    private static (T? Value, StrictJsonWalker Walker) Read<T>(ReadOnlyMemory<byte> utf8, JsonTypeInfo<T> type, string path)
        where T : class
    {
        var content = utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        var walker = new StrictJsonWalker(content, type.Options);
        walker.Walk(type, path);
        return (walker.Faults.Count == 0 ? JsonSerializer.Deserialize(content.Span, type) : null, walker);
    }

    private static IEnumerable<RulesFault> Validate(PipelineOptions pipeline, MonitorRules rules, string path, StrictJsonWalker walker) =>
        RulesValidation.Faults(pipeline, rules).Select(fault => Locate(fault, path, walker));

    /// <summary>Splits a fault such as <c>Labels:0: The field MinimumRatio must …</c> into place and message.</summary>
    private static RulesFault Locate(string fault, string path, StrictJsonWalker walker)
    {
        if (KeyOfFault().Match(fault) is not { Success: true } match)
            return new(path, walker.LineOf(path), $"is not valid: {fault}");
        var at = match.Groups["key"].Value.Split(':').Concat(match.Groups["field"] is { Success: true, Value: var field } ? [field] : [])
            .Aggregate(path, static (path, key) => char.IsDigit(key[0]) ? $"{path}[{key}]" : Join(path, key));
        return new(at, walker.LineOf(at), match.Groups["message"].Value);
    }

    private static RulesFault UnknownPipeline(string name, PipelineCatalog pipelines, StrictJsonWalker walker)
    {
        var names = pipelines.All.Select(static pipeline => pipeline.Name).ToList();
        var nearest = FieldNameSuggestion.Find(name, names) is { } found ? $" Did you mean '{found}'?" : "";
        var path = $"{PipelinesKey}.{name}";
        return new(path, walker.LineOf(path), $"is not a configured pipeline.{nearest} Configured are {string.Join(", ", names)}.");
    }

    private static string Join(string path, string key)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(key);
        return path.Length > 0 ? $"{path}.{name}" : name;
    }

    [GeneratedRegex(@"^(?<key>[A-Z]\w*(:(\d+|[A-Z]\w*))*):? (The field (?<field>\w+) )?(?<message>.*)$", RegexOptions.Singleline)]
    private static partial Regex KeyOfFault();
}
