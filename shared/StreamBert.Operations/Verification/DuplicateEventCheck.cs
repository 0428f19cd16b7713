using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Operations.Records;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>Finds events of Training and Monitoring that were written more than once. It keeps 16 bytes for each event.</summary>
internal sealed class DuplicateEventCheck
{
    private readonly HashSet<UInt128> _seen = [];

    /// <summary>The topics that hold these events.</summary>
    public static IReadOnlyList<string> Topics { get; } = [Contracts.Topics.Models, Contracts.Topics.Alerts, Contracts.Topics.Trends];

    /// <summary>The number of events checked.</summary>
    public long Events { get; private set; }

    /// <returns>A finding if the event was written before.</returns>
    public VerificationFinding? Check(LogRecord record)
    {
        if (Identify(LoggedEvent.Read(record).Event) is not var (kind, id))
            return null;
        Events++;
        return _seen.Add(Digest(kind, id)) ? null : new(
            FindingKinds.EventDuplicated, $"the {kind} {id} was written before; {record.Position} holds it again", Id: id);
    }

    private static (string Kind, string Id)? Identify(object? read) => read switch
    {
        ModelTrained trained => ("training of", $"{trained.Model}/{trained.Version}"),
        AlertRaised { UpdatedAt: null } raised => ("alert", raised.Id),
        AlertRaised { UpdatedAt: { } at } updated => ("alert", $"{updated.Id} updated at {at:O}"),
        AlertResolved resolved => ("resolution of the alert", resolved.Id),
        TrendUpdated trend => ("window",
            $"{trend.Series.Pipeline}/{trend.Series.Head}/{trend.Series.Segment} {trend.Window.Start:O} revision {trend.Revision}"),
        _ => null,
    };

    private static UInt128 Digest(string kind, string id) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind} {id}")));
}
