using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training;

/// <summary>Events as records of the log and back.</summary>
internal static class Records
{
    /// <summary>
    /// Whether a record of the feedback topic is that event. A record without a type header, as annotation tools write it, is a verdict.
    /// </summary>
    public static bool IsEvent<T>(this LogRecord record) =>
        EventRecord.Is<T>(record) || (typeof(T) == typeof(FeedbackReceived) && EventRecord.TypeOf(record) is null);

    /// <summary>The audit entry of a version that begins to serve.</summary>
    public static NewRecord Audit(ModelPromoted promoted, string actor) => AuditTrail.Record(new()
    {
        At = promoted.PromotedAt,
        Actor = actor,
        Action = AuditActions.ModelPromoted,
        Target = $"{promoted.Model}/{promoted.Version}",
        Details = new Dictionary<string, string> { ["previous"] = promoted.Previous ?? "none", ["sha256"] = promoted.Sha256 },
    });

    /// <summary>The audit entry of a version that serves again.</summary>
    public static NewRecord Audit(ModelRolledBack back) => AuditTrail.Record(new()
    {
        At = back.RolledBackAt,
        Actor = back.By,
        Action = AuditActions.ModelRolledBack,
        Target = $"{back.Model}/{back.To}",
        Details = new Dictionary<string, string> { ["from"] = back.From, ["reason"] = back.Reason },
    });

    public static NewRecord Of<T>(string topic, string key, T value, DateTimeOffset timestamp) =>
        EventRecord.Create(topic, key, value, timestamp);
}
