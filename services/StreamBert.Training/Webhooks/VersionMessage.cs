using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Webhooks;

namespace StreamBert.Training.Webhooks;

/// <summary>Creates the messages about model versions. Their id is the position of the event in the log.</summary>
internal static class VersionMessage
{
    /// <summary>Creates the message of a record of the topic <c>models</c>; null for events that receivers are not told.</summary>
    public static WebhookMessage? Create(LogRecord record) => EventRecord.TypeOf(record) switch
    {
        nameof(ModelTrained) when EventReader.Read<ModelTrained>(record, out var trained) is null => Create(
            record, "model.registered", trained.TrainedAt, new
            {
                trained.Model,
                trained.Version,
                trained.Parent,
                trained.Accepted,
                trained.NotPromoted,
                trained.Dataset,
                Failed = trained.Gates.Where(static gate => gate.StartsWith("failed", StringComparison.Ordinal)),
            }),
        nameof(ModelPromoted) when EventReader.Read<ModelPromoted>(record, out var promoted) is null => Create(
            record, "model.promoted", promoted.PromotedAt, new
            {
                promoted.Model,
                promoted.Version,
                promoted.Previous,
                promoted.By,
                promoted.Sha256,
                promoted.Fingerprint,
            }),
        nameof(ModelRolledBack) when EventReader.Read<ModelRolledBack>(record, out var rollback) is null => Create(
            record, "model.rolled-back", rollback.RolledBackAt, new
            {
                rollback.Model,
                Version = rollback.To,
                Previous = rollback.From,
                rollback.By,
                rollback.Reason,
            }),
        _ => null,
    };

    private static WebhookMessage Create<T>(LogRecord record, string type, DateTimeOffset at, T data) =>
        WebhookMessage.Create(record.Position.ToString().Replace('/', '-'), type, at, data);
}
