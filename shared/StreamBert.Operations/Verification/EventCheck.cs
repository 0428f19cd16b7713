using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Operations.Verification;

/// <summary>
/// Whether what trainer and monitor tell stands once: a version's training, an alert's raising and its end, a revision of a window. It
/// remembers
/// 16 bytes of each.
/// </summary>
internal sealed class EventCheck
{
    public static IReadOnlyList<string> Topics { get; } = [Contracts.Topics.Models, Contracts.Topics.Alerts, Contracts.Topics.Trends];

    private readonly HashSet<UInt128> _seen = [];

    public long Events { get; private set; }

    /// <returns>A finding if it was told before.</returns>
    public Finding? Check(LogRecord record)
    {
        if (NameOf(LoggedEvent.Read(record).Event) is not var (what, id))
            return null;
        Events++;
        return _seen.Add(Digest(what, id))
            ? null
            : new(FindingKinds.EventDoubled, $"{what} {id} was told before; again at {record.Position.Place()}", Id: id);
    }

    private static (string What, string Id)? NameOf(object? told) => told switch
    {
        ModelTrained trained => ("the training of", $"{trained.Model}/{trained.Version}"),
        AlertRaised raised => ("the alert", raised.Id),
        AlertResolved resolved => ("the end of the alert", resolved.Id),
        TrendUpdated trend => ("the window", $"{trend.Series.Pipeline}/{trend.Series.Head}/{trend.Series.Segment} {trend.Window.Start:O} revision {trend.Revision}"),
        _ => null,
    };

    private static UInt128 Digest(string what, string id) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{what} {id}")));
}
