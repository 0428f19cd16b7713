using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamBert.Streaming.Webhooks;

/// <summary>
/// A message in the form of the Standard Webhooks specification: a JSON body with type, timestamp and data, and the headers
/// <c>webhook-id</c>, <c>webhook-timestamp</c> and <c>webhook-signature</c>.
/// </summary>
/// <param name="Id">The id, the same whenever the message is sent.</param>
/// <param name="Body">The body.</param>
public sealed record WebhookMessage(string Id, string Body)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Creates a message.</summary>
    /// <param name="id">The id.</param>
    /// <param name="type">The type of the event, such as <c>model.promoted</c>.</param>
    /// <param name="at">When the event occurred.</param>
    /// <param name="data">The data of the event.</param>
    public static WebhookMessage Create<T>(string id, string type, DateTimeOffset at, T data) =>
        new(id, JsonSerializer.Serialize(new { Type = type, Timestamp = at, Data = data }, Json));

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
}
