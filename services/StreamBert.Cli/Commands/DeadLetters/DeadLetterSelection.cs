using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.Errors;
using StreamBert.Contracts;
using StreamBert.Operations.DeadLetters;

namespace StreamBert.Cli.Commands.DeadLetters;

/// <summary>Groups the options that select dead letters.</summary>
internal sealed class DeadLetterSelection
{
    private readonly Option<string?> _id = new("--id") { Description = "One dead letter: PARTITION/OFFSET, as in the list." };
    private readonly Option<string?> _origin = new("--origin") { Description = "The dead letter of this record: TOPIC/PARTITION/OFFSET." };
    private readonly Option<string?> _pipeline = new("--pipeline") { Description = "Only dead letters of this pipeline." };
    private readonly Option<string?> _reason = new("--reason") { Description = "Only dead letters with this reason, such as not-json." };
    private readonly Option<string?> _topic = new("--topic") { Description = "Only dead letters of this input topic." };
    private readonly Option<string?> _from = new("--from")
    {
        Description = "Only dead letters that failed at or after this time (ISO 8601).",
    };
    private readonly Option<string?> _to = new("--to") { Description = "Only dead letters that failed before this time (ISO 8601)." };

    private readonly Option<string?> _state = new("--state")
    {
        Description = $"Only dead letters in this state: {string.Join(", ", DeadLetterStates.All)}.",
    };

    /// <summary>The option for all dead letters, for commands that change them.</summary>
    public Option<bool> All { get; } = new("--all") { Description = "Every dead letter." };

    public Command AddTo(Command command)
    {
        foreach (var option in new Option[] { _id, _origin, _pipeline, _reason, _topic, _from, _to, _state })
            command.Add(option);
        return command;
    }

    /// <exception cref="CliException">A value is invalid.</exception>
    public DeadLetterFilter ReadFilter(ParseResult parsed)
    {
        var filter = new DeadLetterFilter
        {
            Id = parsed.GetValue(_id),
            Origin = parsed.GetValue(_origin),
            Pipeline = parsed.GetValue(_pipeline),
            Reason = parsed.GetValue(_reason),
            Topic = parsed.GetValue(_topic),
            From = ReadTime(parsed, _from),
            To = ReadTime(parsed, _to),
            State = parsed.GetValue(_state),
        };
        return filter.Error is { } error ? throw new CliException(error) : filter;
    }

    /// <exception cref="CliException">No selection is given, or --all together with a filter.</exception>
    public DeadLetterActionRequest ReadRequest(ParseResult parsed)
    {
        var filter = ReadFilter(parsed);
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
        return request.Error is null ? request : throw new CliException(
            "Select dead letters: either --all, or at least one of --id, --origin, --pipeline, --reason, --topic, --from, --to and "
                + "--state.");
    }

    public static string ToQuery(DeadLetterFilter filter, int limit, string? cursor)
    {
        (string Name, string? Value)[] parameters =
        [
            ("id", filter.Id),
            ("origin", filter.Origin),
            ("pipeline", filter.Pipeline),
            ("reason", filter.Reason),
            ("topic", filter.Topic),
            ("state", filter.State),
            ("from", filter.From?.ToString("O", CultureInfo.InvariantCulture)),
            ("to", filter.To?.ToString("O", CultureInfo.InvariantCulture)),
            ("limit", limit.ToString(CultureInfo.InvariantCulture)),
            ("cursor", cursor),
        ];
        return QueryString.Create(parameters.Where(static parameter => parameter.Value is not null)
            .Select(static parameter => KeyValuePair.Create(parameter.Name, parameter.Value))).ToString();
    }

    private static DateTimeOffset? ReadTime(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } value)
            return null;
        return EventTimeParser.TryParse(value, null, out var time, out var fault)
            ? time
            : throw new CliException($"{option.Name}: {fault}");
    }
}
