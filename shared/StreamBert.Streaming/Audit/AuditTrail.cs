using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Audit;

/// <summary>Creates the records of audit entries, which are appended atomically with what they describe.</summary>
public static class AuditTrail
{
    /// <summary>Creates the record of an entry.</summary>
    public static NewRecord Record(AuditEntry entry) =>
        EventRecord.Create(Topics.Audit, entry.Action, entry, entry.At);

    /// <summary>The actor of a command that uses the log directly: the user who runs it on this machine.</summary>
    public static string CommandLineActor => $"cli:{Environment.UserName}";
}
