using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>The values of <see cref="DeadLetterItem.State"/>.</summary>
public static class DeadLetterStates
{
    public const string Open = "open";
    public const string Replayed = "replayed";
    public const string Discarded = "discarded";

    public static IReadOnlyList<string> All { get; } = [Open, Replayed, Discarded];
}

/// <summary>Which dead letters: those that match everything that is given. Nothing given: all.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>The letter's own place, <c>partition/offset</c>.</summary>
    public string? Id { get; init; }

    /// <summary>Where the record that failed stood: <c>topic/partition/offset</c>.</summary>
    public string? Origin { get; init; }
    public string? Pipeline { get; init; }

    /// <summary>A reason's code, such as <c>not-json</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The input topic the record stood in.</summary>
    public string? Topic { get; init; }

    /// <summary>Failed at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Failed before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>One of <see cref="DeadLetterStates"/>.</summary>
    public string? State { get; init; }

    /// <summary>Longest value of a condition, in characters: what is asked for stands in the audit log.</summary>
    public const int MaxChars = 512;

    public bool IsEmpty => this == new DeadLetterFilter();

    /// <summary>What is wrong with it, in one sentence; null if nothing is.</summary>
    public string? Fault => this switch
    {
        _ when Given().FirstOrDefault(
            static given => given.Value.Length > MaxChars) is { Key: { } key, Value: var value } => $"The condition '{key}' has {value.Length:N0} characters; {MaxChars} are allowed.",
        { State: { } state } when !DeadLetterStates.All
            .Contains(state) => $"The state is '{state}'; it must be one of {string.Join(", ", DeadLetterStates.All)}.",
        { Id: { } id } when DeadLetterId.Parse(id) is null => $"The id is '{id}'; it must be partition/offset, as the list shows it.",
        { From: { } from, To: { } to } when from >= to => "The time to which is asked does not lie after the time from which.",
        _ => null,
    };

    internal bool Matches(string id, string state, DeadLetterFacts letter) =>
        (Id is null || Id == id)
        && (Origin is null || Origin == DeadLetterId.Place(letter.Origin))
        && (Pipeline is null || Pipeline == letter.Pipeline)
        && (Reason is null || Reason == letter.Reason)
        && (Topic is null || Topic == letter.Origin.Topic)
        && (From is null || letter.FailedAt >= From)
        && (To is null || letter.FailedAt < To)
        && (State is null || State == state);

    /// <summary>What is given, for the audit log.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Given() =>
        new[]
        {
            ("id", Id), ("origin", Origin), ("pipeline", Pipeline), ("reason", Reason), ("topic", Topic),
            ("from", From?.ToString("O", CultureInfo.InvariantCulture)), ("to", To?.ToString(
                "O",
                CultureInfo.InvariantCulture)), ("state", State),
        }.Where(static pair => pair.Item2 is not null).Select(static pair => KeyValuePair.Create(pair.Item1, pair.Item2!));
}

/// <summary>A dead letter's name: its place in <c>dead-letter</c>, as <c>partition/offset</c>.</summary>
internal static class DeadLetterId
{
    private const string Prefix = Topics.DeadLetter + "/";

    public static string Of(LogPosition position) => string.Create(CultureInfo.InvariantCulture, $"{position.Partition}/{position.Offset}");

    public static LogPosition? Parse(string id) =>
        id.Split('/') is [var partition, var offset]
            && int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new(Topics.DeadLetter, number, at) : null;

    /// <summary>What a replayed record carries in <see cref="RecordHeaders.ReplayOf"/>.</summary>
    public static string Header(string id) => Prefix + id;

    public static string? FromHeader(string value) => value.StartsWith(Prefix, StringComparison.Ordinal) ? value[Prefix.Length..] : null;

    public static string Place(RecordOrigin origin)
        => string.Create(CultureInfo.InvariantCulture, $"{origin.Topic}/{origin.Partition}/{origin.Offset}");
}
