using System.Net;
using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;

namespace StreamBert.Tests.Alerting.Receivers;

/// <summary>Tests how answers over HTTP are interpreted.</summary>
public sealed class HttpReceiverTests
{
    private static readonly ReceiverOptions Options = new()
    {
        Name = "ops",
        Type = "slack",
        Url = new("https://hooks.slack.com/services/x"),
    };

    [Theory]
    [InlineData(400, true)]
    [InlineData(413, true)]
    [InlineData(422, true)]
    [InlineData(302, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task A_refusal_is_permanent_only_if_it_is_about_the_message(int status, bool isPermanent)
    {
        var refusal = await RefuseAsync(new((HttpStatusCode)status) { Content = new StringContent("invalid\npayload") });

        Assert.Equal(isPermanent, refusal.IsPermanent);
        Assert.StartsWith($"answered {status} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("invalid\uFFFDpayload", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("services/x", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, 120)]
    [InlineData(503, 120)]
    [InlineData(500, null)]
    public async Task A_receiver_may_ask_to_wait(int status, int? seconds)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent("") };
        response.Headers.RetryAfter = new(TimeSpan.FromSeconds(120));

        Assert.Equal(seconds, (await RefuseAsync(response)).RetryAfter?.TotalSeconds);
    }

    private static async Task<DeliveryException> RefuseAsync(HttpResponseMessage response)
    {
        using var bench = new ReceiverBench { Answer = () => response };
        return await Assert.ThrowsAsync<DeliveryException>(() => bench.SendAsync(
            Options, SampleNotification.Create(NotificationCauses.Firing, SampleNotification.Alert())));
    }
}
