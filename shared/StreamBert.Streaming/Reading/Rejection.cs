using System.Diagnostics.CodeAnalysis;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Schemas;

namespace StreamBert.Streaming.Reading;

/// <summary>The stable codes of <see cref="DeadLettered.Reason"/>.</summary>
public static class Reasons
{
    /// <summary>The record has no value (a tombstone).</summary>
    public const string NullValue = "null-value";

    /// <summary>The bytes are not UTF-8.</summary>
    public const string NotUtf8 = "not-utf8";
    public const string NotJson = "not-json";
    public const string NestingTooDeep = "nesting-too-deep";
    public const string MissingField = "missing-field";

    /// <summary>A field is there, but its type or value is not what it must be.</summary>
    public const string BadField = "bad-field";
    public const string TextTooLarge = LimitFault.Text;

    /// <summary>The value is no JSON but carries the id of a schema, and no schema registry is configured.</summary>
    public const string SchemaRegistryNeeded = "schema-registry-needed";
    public const string SchemaUnknown = SchemaFault.Unknown;
    public const string SchemaMismatch = SchemaFault.Mismatch;

    /// <summary>A row of a replayed file is not a row of the form that the file has: too many fields, a quote that is not closed.</summary>
    public const string BadRow = "bad-row";

    /// <summary>An interactive record names no configured pipeline.</summary>
    public const string UnknownPipeline = "unknown-pipeline";
    public const string ModelError = "model-error";

    /// <summary>The model has no such label, or it has no gradients.</summary>
    public const string CannotExplain = "cannot-explain";

    /// <summary>The text was sealed and its subject has been erased.</summary>
    public const string Erased = "erased";

    /// <summary>The text is sealed with a key that is not to be had here.</summary>
    public const string Sealed = "sealed";

    /// <summary>Nobody awaits the answer any more, so it was not computed (<see cref="RecordHeaders.Deadline"/>).</summary>
    public const string DeadlinePassed = DeadLettered.DeadlinePassed;
}

/// <summary>Why a record cannot become a prediction.</summary>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Detail">In words, naming the field, without the text itself.</param>
/// <param name="Error">The exception behind it, if there was one.</param>
public sealed record Rejection(string Reason, string Detail, Exception? Error = null)
{
    private const string Separator = ": ";

    /// <summary>The field that is wrong, as the producer calls it; null where it is no field, or not known.</summary>
    public string? Field { get; init; }

    /// <summary>Null for null.</summary>
    [return: NotNullIfNotNull(nameof(fault))]
    public static Rejection? Of(LimitFault? fault) => fault is null ? null : new(fault.Code, fault.Detail) { Field = fault.Field };

    /// <summary>What the header <see cref="RecordHeaders.ReplayFault"/> of a record says; null without it.</summary>
    public static Rejection? Stated(IReadOnlyDictionary<string, byte[]> headers)
    {
        if (!headers.TryGetValue(RecordHeaders.ReplayFault, out var header))
            return null;
        var stated = Encoding.UTF8.GetString(header).Split(Separator, 2);
        return stated is [var reason, var detail] && IsCode(reason)
            ? new(reason, detail)
            : new(Reasons.BadRow, string.Join(Separator, stated));
    }

    /// <summary>
    /// Any producer may set the header: what is no code must not become the reason of a dead letter, by which people choose.
    /// </summary>
    private static bool IsCode(string reason)
        => reason.Length is > 0 and <= 64 && reason.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>The value of that header.</summary>
    public byte[] ToHeader() => Encoding.UTF8.GetBytes($"{Reason}{Separator}{Detail}");
}

/// <summary>A record as read: either a text, or why it is none.</summary>
public readonly record struct ParsedRecord(TextReceived? Text, Rejection? Rejection);
