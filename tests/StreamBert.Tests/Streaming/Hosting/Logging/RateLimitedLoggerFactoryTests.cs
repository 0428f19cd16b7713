using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Streaming.Hosting.Logging;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Tests.Streaming.Hosting.Health;

namespace StreamBert.Tests.Streaming.Hosting.Logging;

public sealed class RateLimitedLoggerFactoryTests : IDisposable
{
    private static readonly string Kafka = typeof(KafkaEventLog).FullName!;
    private readonly FakeTimeProvider _time = new();
    private readonly Written _written = new();
    private readonly RateLimitedLoggerFactory _factory;

    public RateLimitedLoggerFactoryTests() => _factory = new(LoggerFactory.Create(logging => logging.AddProvider(_written)), _time);

    public void Dispose() => _factory.Dispose();

    [Fact]
    public void Messages_that_differ_in_their_values_only_are_written_a_few_times_and_then_counted()
    {
        var logger = _factory.CreateLogger("a");

        for (var i = 0; i < 100; i++)
            logger.LogWarning("Broker {Broker} is down", i);
        _time.Advance(RepeatLimiter.FirstInterval);

        Assert.Equal(["Broker 0 is down", "Broker 1 is down", "Broker 2 is down", "97 more messages like this in the last 60 s, the "
            + "latest: Broker 99 is down"], _written.Lines);
    }

    [Fact]
    public void Messages_of_different_kinds_do_not_count_for_each_other()
    {
        var failure = new InvalidOperationException("broken");
        foreach (var _ in Enumerable.Range(0, RepeatLimiter.Burst))
        {
            _factory.CreateLogger("a").LogWarning("It waits");
            _factory.CreateLogger("a").LogError("It waits");
            _factory.CreateLogger("b").LogWarning("It waits");
            _factory.CreateLogger("a").LogWarning("It continues");
            _factory.CreateLogger("a").LogWarning(failure, "It waits");
        }

        Assert.Equal(5 * RepeatLimiter.Burst, _written.Lines.Count);
    }

    [Fact]
    public void Information_messages_are_never_suppressed()
    {
        for (var i = 0; i < 20; i++)
            _factory.CreateLogger("a").LogInformation("The model serves version {Version}", i);

        Assert.Equal(20, _written.Lines.Count);
    }

    [Fact]
    public void After_an_interval_without_messages_of_a_kind_the_next_one_is_written_at_once()
    {
        var logger = _factory.CreateLogger("a");
        for (var i = 0; i < 10; i++)
            logger.LogWarning("It waits");
        for (var minute = 0; minute < 10; minute++)
            _time.Advance(TimeSpan.FromMinutes(1));
        var before = _written.Lines.Count;

        logger.LogWarning("It waits");

        Assert.Equal(before + 1, _written.Lines.Count);
        Assert.Equal("It waits", _written.Lines[^1]);
    }

    [Fact]
    public void The_remaining_messages_are_counted_at_the_end()
    {
        for (var i = 0; i < 10; i++)
            _factory.CreateLogger("a").LogError(new IOException($"disk {i}"), "It failed");

        _factory.Dispose();

        Assert.Equal("7 more messages like this in the last 0 s, the latest: It failed (IOException: disk 9)", _written.Lines[^1]);
    }

    /// <summary>As many messages as a service was seen to write in 95 s of an outage, over five minutes.</summary>
    [Fact]
    public void Five_minutes_of_outage_are_fewer_than_fifty_lines_that_account_for_every_message()
    {
        const int Seconds = 300;
        const int EachSecond = 1_450;
        for (var second = 0; second < Seconds; second++)
        {
            for (var i = 0; i < EachSecond; i++)
            {
                _factory.CreateLogger(Kafka).Log(
                    i % 2 == 0 ? LogLevel.Error : LogLevel.Information,
                    "librdkafka {Facility}: {Message}",
                    "FAIL",
                    $"connection {i} refused");
            }

            foreach (var service in new[] { "Ledger", "Live", "Projection", "Reader" })
                _factory.CreateLogger(service).LogWarning("{Loop} waits: {Reason}", service, $"attempt {second}");
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(_written.Lines.Count, 6, 50);

        _factory.Dispose();

        Assert.Equal(
            Seconds * (EachSecond + 4),
            _written.Lines.Sum(static line => line.Split(" more messages like this") is [var count, _] ? int.Parse(count, null) : 1));
    }

    private sealed class Written : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
