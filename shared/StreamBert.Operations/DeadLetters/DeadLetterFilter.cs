using System.Globalization;
using StreamBert.Operations.Records;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Selects dead letters that meet every given condition; without conditions, all.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>The maximum length of a condition in characters. Conditions are written to the audit log.</summary>
    public const int MaxLength = 512;

    /// <summary>The position of the dead letter, <c>partition/offset</c>.</summary>
    public string? Id { get; init; }

    /// <summary>The position of the record that failed, <c>topic/partition/offset</c>.</summary>
    public string? Origin { get; init; }

    /// <summary>The pipeline that read the record.</summary>
    public string? Pipeline { get; init; }

    /// <summary>The code of a reason, such as <c>not-json</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The input topic of the record.</summary>
    public string? Topic { get; init; }

    /// <summary>The record failed at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The record failed before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>One of <see cref="DeadLetterStates"/>.</summary>
    public string? State { get; init; }

    /// <summary>Whether no condition is given.</summary>
    public bool IsEmpty => this == new DeadLetterFilter();

    /// <summary>Describes the first invalid condition in one sentence; null if all are valid.</summary>
    public string? Error => this switch
    {
        _ when GetConditions()
            .FirstOrDefault(static condition => condition.Value.Length > MaxLength) is { Key: { } key, Value: var value } =>
            $"The condition '{key}' has {value.Length:N0} characters; the maximum is {MaxLength}.",
        { State: { } state } when !DeadLetterStates.All.Contains(state) =>
            $"The state is '{state}'; it must be one of {string.Join(", ", DeadLetterStates.All)}.",
        { Id: { } id } when DeadLetterId.Parse(id) is null => $"The id is '{id}'; it must be partition/offset, as the list shows it.",
        { From: { } from, To: { } to } when from >= to => "The end of the time range is not after its start.",
        _ => null,
    };

    internal bool Matches(string id, string state, IndexedDeadLetter letter) =>
        (Id is null || Id == id)
        && (Origin is null || Origin == letter.Origin.ToString())
        && (Pipeline is null || Pipeline == letter.Pipeline)
        && (Reason is null || Reason == letter.Reason)
        && (Topic is null || Topic == letter.Origin.Topic)
        && (From is null || letter.FailedAt >= From)
        && (To is null || letter.FailedAt < To)
        && (State is null || State == state);

    /// <summary>Gets the given conditions for the audit log.</summary>
    internal IEnumerable<KeyValuePair<string, string>> GetConditions()
    {
        (string Name, string? Value)[] conditions =
        [
            ("id", Id), ("origin", Origin), ("pipeline", Pipeline), ("reason", Reason), ("topic", Topic),
            ("from", From?.ToString("O", CultureInfo.InvariantCulture)), ("to", To?.ToString("O", CultureInfo.InvariantCulture)),
                ("state", State),
        ];
        foreach (var (name, value) in conditions)
        {
            if (value is not null)
                yield return KeyValuePair.Create(name, value);
        }
    }
}
