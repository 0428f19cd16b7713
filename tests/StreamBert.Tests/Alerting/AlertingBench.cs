using Microsoft.Extensions.Options;
using StreamBert.Alerting;
using StreamBert.Alerting.Planning;
using StreamBert.Alerting.Receivers;
using StreamBert.Alerting.Routing;
using StreamBert.Alerting.State;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Alerting;

/// <summary>Feeds a planner with alerts and actions, second by second, and collects the messages that it decides.</summary>
internal sealed class AlertingBench
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero); // a Monday

    private readonly NotificationPlanner _planner;
    private readonly Dictionary<string, long> _offsets = [];
    private AlertingState _state = new();

    public AlertingBench(params AlertRouteOptions[] routes)
        : this(new(), routes)
    {
    }

    public AlertingBench(AlertingOptions options, params AlertRouteOptions[] routes)
    {
        foreach (var name in new[] { "ops", "pager" })
            options.Receivers.Add(new ReceiverOptions { Name = name });
        foreach (var route in routes)
            options.Routes.Add(route);
        Assert.Empty(RoutingValidation.Faults(options));
        _planner = new(new(Options.Create(options)), Options.Create(options));
    }

    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>The messages so far.</summary>
    public List<NotificationRequested> Messages { get; } = [];

    /// <summary>The receiver, cause and number of alerts of each message so far.</summary>
    public IEnumerable<string> Summary => Messages.Select(static message => $"{message.Receiver} {message.Cause} {message.Alerts.Count}");

    public static AlertRouteOptions Route(Action<AlertRouteOptions>? change = null)
    {
        var route = new AlertRouteOptions { Name = "all", Receivers = { "ops" } };
        change?.Invoke(route);
        return route;
    }

    public static AlertRaised Alert(
        string series = "all", string kind = AlertKinds.LabelSurge, string severity = "warning", string pipeline = "news",
        DateTimeOffset? at = null) => new()
        {
            Id = $"{kind}/{pipeline}/{series}@{(at ?? Start):O}",
            Fingerprint = $"{kind}/{pipeline}/{series}",
            Kind = kind,
            Series = new(pipeline, "sentiment", series),
            Label = "negative",
            Severity = severity,
            Title = $"negative surge of {series}",
            Message = "57 % of the texts are negative.",
            Window = new((at ?? Start).AddMinutes(-1), at ?? Start),
            RaisedAt = at ?? Start,
            Value = 0.57,
            Baseline = 0.2,
            Unit = "share",
            Count = 100,
            Evidence = 1e-9,
            EvidenceKind = "p-value",
        };

    public AlertRaised Raise(AlertRaised alert)
    {
        Apply(Topics.Alerts, alert);
        return alert;
    }

    public void Resolve(AlertRaised alert) => Apply(Topics.Alerts, new AlertResolved
    {
        Id = alert.Id,
        Fingerprint = alert.Fingerprint,
        Kind = alert.Kind,
        Series = alert.Series,
        ResolvedAt = Now,
        Value = 0.2,
        Baseline = 0.2,
        Message = "Back to normal.",
    });

    public void Acknowledge(AlertRaised alert) => Apply(Topics.AlertActions, new AlertAcknowledged
    {
        AlertId = alert.Id,
        Actor = "anna",
        AcknowledgedAt = Now,
    });

    public void Silence(TimeSpan duration, params string[] matchers) => Apply(Topics.AlertActions, new SilenceCreated
    {
        Id = $"s{_offsets.GetValueOrDefault(Topics.AlertActions)}",
        Matchers = matchers,
        StartsAt = Now,
        EndsAt = Now + duration,
        Actor = "anna",
        CreatedAt = Now,
    });

    /// <summary>Advances the time, and decides each second.</summary>
    public AlertingBench Advance(TimeSpan duration)
    {
        for (var end = Now + duration; Now < end;)
        {
            Now = Now.AddSeconds(1);
            foreach (var message in _planner.Plan(_state, Now))
            {
                _state.Apply(message);
                Messages.Add(message);
            }
        }
        return this;
    }

    /// <summary>Replaces the state by one that knows the same records, as a service does that was killed.</summary>
    public void Restart(IEnumerable<(string Topic, object Event)> records)
    {
        _state = new();
        _offsets.Clear();
        foreach (var (topic, value) in records)
            Apply(topic, value);
        foreach (var message in Messages)
            _state.Apply(message);
    }

    public void Apply(string topic, object value)
    {
        Assert.Null(_state.Apply(Record(topic, value)));
        _offsets[topic] = _offsets.GetValueOrDefault(topic) + 1;
    }

    private LogRecord Record(string topic, object value)
    {
        var stored = value switch
        {
            AlertRaised raised => EventRecord.Create(topic, raised, raised.RaisedAt),
            AlertResolved resolved => EventRecord.Create(topic, resolved, resolved.ResolvedAt),
            AlertAcknowledged taken => EventRecord.Create(topic, taken, taken.AcknowledgedAt),
            SilenceCreated silence => EventRecord.Create(topic, silence, silence.CreatedAt),
            _ => throw new NotSupportedException(),
        };
        return new(new(topic, 0, _offsets.GetValueOrDefault(topic)), stored.Key, stored.Value, stored.Headers, stored.Timestamp)
        {
            ReceivedAt = Now,
        };
    }
}
