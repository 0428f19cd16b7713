using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Alerting;
using StreamBert.Alerting.Delivery;
using StreamBert.Contracts;
using StreamBert.Tests.Alerting.Receivers;

namespace StreamBert.Tests.Alerting.Delivery;

/// <summary>Tests the metrics of deliveries.</summary>
public sealed class DeliveryMetricsTests
{
    [Fact]
    public void Every_receiver_has_a_value_from_the_start()
    {
        var name = $"metrics-{Guid.NewGuid():N}"; // other tests have receivers of other names
        var options = new AlertingOptions { Receivers = { DeliveryBench.Webhook(new("https://ops.example"), name) } };
        var time = new FakeTimeProvider(SampleNotification.Start);
        var metrics = new DeliveryMetrics(Microsoft.Extensions.Options.Options.Create(options), time);

        var before = Measure(name);
        metrics.Count(name, NotificationStates.Delivered);
        metrics.SetPending(name, SampleNotification.Start.AddMinutes(-2));
        var after = Measure(name);

        Assert.Equal(["delivered 0", "oldest 0", "retrying 0", "undeliverable 0"], before);
        Assert.Equal(["delivered 1", "oldest 120", "retrying 0", "undeliverable 0"], after);
    }

    private static IEnumerable<string> Measure(string receiver)
    {
        var measured = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("streambert.alerting.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        void Add<T>(ReadOnlySpan<KeyValuePair<string, object?>> tags, T value)
        {
            if (tags[0].Value as string == receiver)
                measured.Add($"{(tags.Length > 1 ? tags[1].Value : "oldest")} {value}");
        }
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Add(tags, value));
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Add(tags, value));
        listener.Start();
        listener.RecordObservableInstruments();
        return measured.Order(StringComparer.Ordinal);
    }
}
