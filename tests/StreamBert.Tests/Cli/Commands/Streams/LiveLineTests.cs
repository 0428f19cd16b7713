using StreamBert.Cli.Commands.Streams;
using StreamBert.Contracts;
using StreamBert.Gateway.Live;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Cli.Commands.Streams;

/// <summary>Live events are lines that a person can read.</summary>
public sealed class LiveLineTests
{
    [Fact]
    public void A_prediction_is_its_time_pipeline_labels_and_text() => Assert.Equal(
        "2026-03-02 12:00:00Z financial-news [sentiment neutral 0.80] a text",
        LiveLine.Format(LiveEventTypes.Prediction, Json(Some.Prediction("a"))));

    [Fact]
    public void An_alert_is_its_severity_kind_and_title() => Assert.Equal(
        "2026-03-02 12:00:00Z financial-news alert critical label-surge: More negative texts",
        LiveLine.Format(LiveEventTypes.AlertRaised, Json(Some.Alert("a"))));

    [Fact]
    public void An_event_without_a_format_of_its_own_is_its_type_and_its_JSON() =>
        Assert.Equal("missed {\"count\":12}", LiveLine.Format("missed", "{\"count\":12}"));

    private static string Json<T>(T value) => Wire.ToJson(value);
}
