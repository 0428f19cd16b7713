using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Audit;

/// <summary>Entries of the audit log as records, to be appended in the same step as what they tell of.</summary>
public static class AuditTrail
{
    public static NewRecord Record(AuditEntry entry) =>
        EventRecord.Create(Topics.Audit, entry.Action, entry, entry.At);

    /// <summary>The actor of a command that works on the log itself: whoever runs it on this machine.</summary>
    public static string CommandLineActor => $"cli:{Environment.UserName}";
}
