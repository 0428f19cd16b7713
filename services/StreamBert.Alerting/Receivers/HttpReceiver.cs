using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Alerting.Receivers;

/// <summary>A receiver that is called over HTTP: a kind defines the request, and here it is sent and the answer is interpreted.</summary>
internal abstract class HttpReceiver(HttpClient client, TimeProvider time) : IReceiver
{
    private const int MaxAnswerBytes = 1024, MaxAnswer = 200;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the body is JSON and no part of a page
    };

    /// <inheritdoc/>
    public async Task<Acceptance> SendAsync(NotificationRequested notification, CancellationToken cancellation)
    {
        using var request = CreateOrRefuse(notification);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var answer = await DescribeAsync(response, cancellation);
            return response.IsSuccessStatusCode ? new(answer) : throw Refusal(response, answer);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new DeliveryException($"cannot be reached: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    /// <summary>A message that cannot be written now cannot be written later either, and must not delay those after it.</summary>
    private HttpRequestMessage CreateOrRefuse(NotificationRequested notification)
    {
        try
        {
            return CreateRequest(notification);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or JsonException)
        {
            throw new DeliveryException($"cannot be sent the message: {e.Message}", e) { IsPermanent = true };
        }
    }

    /// <summary>Creates the request that delivers a message.</summary>
    protected abstract HttpRequestMessage CreateRequest(NotificationRequested notification);

    /// <summary>Writes a body as JSON.</summary>
    protected static string ToJson<T>(T body) => JsonSerializer.Serialize(body, Json);

    /// <summary>Creates a request with a JSON body.</summary>
    protected static HttpRequestMessage Post(Uri url, string json) => new(HttpMethod.Post, url)
    {
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new("application/json") } },
        Headers = { UserAgent = { new ProductInfoHeaderValue("StreamBert", null) } },
    };

    private DeliveryException Refusal(HttpResponseMessage response, string answer)
    {
        var status = response.StatusCode;
        var isRedirect = (int)status is >= 300 and < 400;
        return new($"answered {answer}{(isRedirect ? "; redirects are not followed, give the final address" : "")}")
        {
            IsPermanent = status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity,
            RetryAfter = status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                ? response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - time.GetUtcNow() : null
                : null,
        };
    }

    private static async Task<string> DescribeAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var bytes = new byte[MaxAnswerBytes];
        var text = Encoding.UTF8.GetString(bytes, 0, await body.ReadAtLeastAsync(bytes, bytes.Length, false, cancellation)).Trim();
        return text.Length == 0 || text.StartsWith('<') ? status : $"{status}: {Excerpt.Quote(text, MaxAnswer)}";
    }
}
