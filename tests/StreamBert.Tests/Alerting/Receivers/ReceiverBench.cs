using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;
using StreamBert.Streaming.Alerts;

namespace StreamBert.Tests.Alerting.Receivers;

/// <summary>Sends messages to receivers whose server is this object.</summary>
internal sealed class ReceiverBench : HttpMessageHandler
{
    public const string LinkSecret = "0123456789abcdef0123456789abcdef";

    public FakeTimeProvider Time { get; } = new(SampleNotification.Start.AddMinutes(2));

    public AlertLinkOptions LinkOptions { get; } = new() { DashboardUrl = new("https://sb.example") };

    /// <summary>What the server answers.</summary>
    public Func<HttpResponseMessage> Answer { get; set; } = static () => new(HttpStatusCode.OK) { Content = new StringContent("ok") };

    public HttpRequestMessage? Request { get; private set; }

    public string Body { get; private set; } = "";

    public async Task<string> SendAsync(ReceiverOptions options, NotificationRequested notification)
    {
        using var factory = new ReceiverFactory(new(Microsoft.Extensions.Options.Options.Create(LinkOptions), Time), this, Time);
        return (await factory.Create(options).SendAsync(notification, TestContext.Current.CancellationToken)).Answer;
    }

    /// <summary>Sends a message and compares its body with JSON, including the order of its properties.</summary>
    public async Task AssertBodyAsync(string expected, ReceiverOptions options, NotificationRequested notification)
    {
        await SendAsync(options, notification);
        Assert.Equal(Format(expected), Format(Body));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        (Request, Body) = (request, await request.Content!.ReadAsStringAsync(cancellationToken));
        return Answer();
    }

    private static string Format(string json) => JsonNode.Parse(json)!.ToJsonString(new() { WriteIndented = true });
}
