using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Contracts;
using StreamBert.Operations.DeadLetters;

namespace StreamBert.Cli.Commands;

/// <summary>The options that say which dead letters are meant.</summary>
internal sealed class DeadLetterChoice
{
    private readonly Option<string?> _id = new("--id") { Description = "One letter: PARTITION/OFFSET, as the list shows it." };
    private readonly Option<string?> _origin = new("--origin") { Description = "The letter of this record: TOPIC/PARTITION/OFFSET." };
    private readonly Option<string?> _pipeline = new("--pipeline") { Description = "Only of this pipeline." };
    private readonly Option<string?> _reason = new("--reason") { Description = "Only of this reason, such as not-json." };
    private readonly Option<string?> _topic = new("--topic") { Description = "Only of this input topic." };
    private readonly Option<string?> _from = new("--from") { Description = "Failed at this time or later (ISO 8601)." };
    private readonly Option<string?> _to = new("--to") { Description = "Failed before this time (ISO 8601)." };
    private readonly Option<string?> _state = new("--state")
    {
        Description = $"Only letters in this state: {string.Join(", ", DeadLetterStates.All)}."
    };

    /// <summary>Of commands that do something with the letters.</summary>
    public Option<bool> All { get; } = new("--all") { Description = "Every letter." };

    public Command On(Command command)
    {
        foreach (var option in new Option[] { _id, _origin, _pipeline, _reason, _topic, _from, _to, _state })
            command.Add(option);
        return command;
    }

    /// <exception cref="CliException">A value cannot be what it is for.</exception>
    public DeadLetterFilter Filter(ParseResult parsed)
    {
        var filter = new DeadLetterFilter
        {
            Id = parsed.GetValue(_id),
            Origin = parsed.GetValue(_origin),
            Pipeline = parsed.GetValue(_pipeline),
            Reason = parsed.GetValue(_reason),
            Topic = parsed.GetValue(_topic),
            From = Time("--from", parsed.GetValue(_from)),
            To = Time("--to", parsed.GetValue(_to)),
            State = parsed.GetValue(_state),
        };
        return filter.Error is { } fault ? throw new CliException(fault) : filter;
    }

    private static DateTimeOffset? Time(string option, string? value) => value is null ? null
        : EventTimeParser.TryParse(value, null, out var time, out var fault) ? time : throw new CliException($"{option}: {fault}");

    /// <exception cref="CliException">Nothing says which letters, or everything and something.</exception>
    public DeadLetterActionRequest Request(ParseResult parsed)
    {
        var filter = Filter(parsed);
        var request = new DeadLetterActionRequest
        {
            Id = filter.Id,
            Origin = filter.Origin,
            Pipeline = filter.Pipeline,
            Reason = filter.Reason,
            Topic = filter.Topic,
            From = filter.From,
            To = filter.To,
            State = filter.State,
            All = parsed.GetValue(All),
        };
        return request.Error is null
            ? request
            : throw new CliException(
                "Say which letters: --all, or at least one of --id, --origin, --pipeline, --reason, --topic, --from, --to and --state.");
    }

    public static string Query(DeadLetterFilter filter, int limit, string? cursor) => QueryString.Create(
        new[]
        {
            ("id", filter.Id), ("origin", filter.Origin), ("pipeline", filter.Pipeline), ("reason", filter.Reason), ("topic", filter
                .Topic), ("state", filter.State),
            ("from", filter.From?.ToString("O", CultureInfo.InvariantCulture)), ("to", filter.To?
                .ToString("O", CultureInfo.InvariantCulture)),
            ("limit", limit.ToString(CultureInfo.InvariantCulture)), ("cursor", cursor),
        }.Where(static pair => pair.Item2 is not null).Select(static pair => KeyValuePair.Create(pair.Item1, pair.Item2))).ToString();
}
