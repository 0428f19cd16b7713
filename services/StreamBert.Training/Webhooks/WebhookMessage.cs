using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Webhooks;

/// <summary>
/// A message about a model version in the form of the Standard Webhooks specification: a JSON body with type, timestamp and data, and the
/// headers <c>webhook-id</c>, <c>webhook-timestamp</c> and <c>webhook-signature</c>.
/// </summary>
/// <param name="Id">The id: the position of the event in the log, so that a repeated message has the same.</param>
/// <param name="Body">The body.</param>
internal sealed record WebhookMessage(string Id, string Body)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

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

    /// <summary>Creates the request that delivers the message.</summary>
    /// <param name="url">The receiver.</param>
    /// <param name="secret">The bytes of its secret.</param>
    /// <param name="sentAt">When it is sent; receivers refuse old messages, so that nobody can replay them.</param>
    public HttpRequestMessage CreateRequest(Uri url, byte[] secret, DateTimeOffset sentAt)
    {
        var timestamp = sentAt.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body)) { Headers = { ContentType = new("application/json") } },
        };
        request.Headers.Add("webhook-id", Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", Sign(secret, timestamp));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("StreamBert", null));
        return request;
    }

    /// <summary>Signs id, timestamp and body with HMAC-SHA256: the scheme v1 of the specification.</summary>
    internal string Sign(byte[] secret, long timestamp) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(
        secret, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Id}.{timestamp}.{Body}"))));

    private static WebhookMessage Create<T>(LogRecord record, string type, DateTimeOffset at, T data) => new(
        record.Position.ToString().Replace('/', '-'), JsonSerializer.Serialize(new { Type = type, Timestamp = at, Data = data }, Json));
}
