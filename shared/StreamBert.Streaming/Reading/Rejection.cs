using System.Diagnostics.CodeAnalysis;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Reading;

/// <summary>Why a record cannot become a prediction.</summary>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>.</param>
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
    public static Rejection? FromHeaders(IReadOnlyDictionary<string, byte[]> headers)
    {
        if (!headers.TryGetValue(RecordHeaders.ReplayFault, out var header))
            return null;
        var stated = Encoding.UTF8.GetString(header).Split(Separator, 2);
        // Any producer may set the header: only a code may become the reason of a dead letter.
        return stated is [var reason, var detail] && DeadLetterReasons.IsCode(reason)
            ? new(reason, detail)
            : new(DeadLetterReasons.BadRow, string.Join(Separator, stated));
    }

    /// <summary>The value of that header.</summary>
    public byte[] ToHeader() => Encoding.UTF8.GetBytes($"{Reason}{Separator}{Detail}");
}

/// <summary>A record as read: either a text, or why it is none.</summary>
public readonly record struct ParsedRecord(TextReceived? Text, Rejection? Rejection);
