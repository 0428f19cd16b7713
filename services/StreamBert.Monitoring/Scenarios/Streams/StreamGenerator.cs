using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios.Streams;

/// <summary>
/// Generates the predictions of a stream minute by minute. The same model, period and seed give the same texts. Nothing is kept but
/// copies and replies that have not arrived yet.
/// </summary>
internal sealed class StreamGenerator
{
    private static readonly TimeSpan MaxCopyDelay = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(900);
    private static readonly Dictionary<string, string> NoAttributes = [];
    private static readonly StageTimings Timings = new(1, 1, 1);

    private readonly StreamModel _model;
    private readonly PipelineOptions _pipeline;
    private readonly DateTimeOffset _start, _end;
    private readonly TimeZoneInfo _zone;
    private readonly Random _random;
    private readonly MinuteMix _mix;
    private readonly StoryFactory _stories;
    private readonly PriorityQueue<DueText, (long Ticks, long Number)> _pending = new();
    private long _drawn, _written;

    /// <param name="model">The stream.</param>
    /// <param name="pipeline">The pipeline of the predictions.</param>
    /// <param name="period">The period, in whole minutes.</param>
    /// <param name="seed">The seed.</param>
    public StreamGenerator(StreamModel model, PipelineOptions pipeline, TimeWindow period, int seed)
    {
        (_model, _pipeline, _start, _end, _random) = (model, pipeline, period.Start, period.End, new(seed));
        _zone = TimeZoneInfo.FindSystemTimeZoneById(pipeline.Monitor.Rules.TimeZone);
        (_mix, _stories) = (new(model, _random), new(model, _random));
    }

    /// <summary>Generates the texts in the order in which they arrive; enumerate once.</summary>
    public IEnumerable<ScenarioText> Generate()
    {
        for (var minute = _start; minute < _end; minute = minute.AddMinutes(1))
        {
            _mix.MoveTo(new(minute, TimeZoneInfo.ConvertTime(minute, _zone).DateTime));
            for (var count = _random.Poisson(_mix.Rate); count > 0; count--)
                Begin(minute.Ticks + (long)(_random.NextDouble() * TimeSpan.TicksPerMinute));
            var end = minute.Ticks + TimeSpan.TicksPerMinute;
            while (_pending.TryPeek(out _, out var next) && next.Ticks < end)
                yield return Write(_pending.Dequeue(), next.Ticks);
        }
    }

    /// <summary>Draws a story that begins at a time, with its copies or replies.</summary>
    private void Begin(long ticks)
    {
        var isPolled = _model.PolledShare > 0 && _random.NextDouble() < _model.PolledShare;
        var story = _stories.Create(_mix, isPolled);
        Enqueue(story, ticks, isPolled);
        if (_model.Conversations is { } conversations)
            Reply(story, ticks, conversations);
        for (var copies = _random.Geometric(_model.MeanCopies); copies > 1; copies--)
        {
            var delay = Math.Min(_random.Exponential(_model.CopyDelay.Ticks), MaxCopyDelay.Ticks);
            Enqueue(CopyOf(story), ticks + (long)delay, isPolled);
        }
    }

    private void Reply(Story story, long ticks, ConversationModel conversations)
    {
        var (least, most) = conversations.Length;
        for (var texts = _random.Next(least, most + 1); texts > 1; texts--)
        {
            ticks += (long)_random.Exponential(conversations.Gap.Ticks);
            Enqueue(_stories.Continue(story, _mix), ticks, isPolled: false);
        }
    }

    /// <summary>Returns a copy of a story: every third has a changed word, which changes a bit of its hash.</summary>
    private Story CopyOf(Story story) => _random.Next(3) > 0 ? story : story with
    {
        Text = $"{story.Text} (update)",
        Hash = story.Hash ^ (1UL << _random.Next(64)),
        Tokens = story.Tokens + 3,
    };

    private void Enqueue(Story story, long ticks, bool isPolled)
    {
        var every = _model.PollEvery.Ticks;
        var arrives = isPolled ? (ticks / every + 1) * every : ticks + (long)(_random.NextDouble() * MaxDelay.Ticks);
        _pending.Enqueue(new(story, ticks), (arrives, _drawn++));
    }

    private ScenarioText Write(DueText pending, long arrives)
    {
        var (story, arrivesAt) = (pending.Story, new DateTimeOffset(arrives, TimeSpan.Zero));
        var isAhead = _model.SkewedShare > 0 && _random.NextDouble() < _model.SkewedShare;
        var prediction = new TextClassified
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"t-{++_written}"),
            Pipeline = _pipeline.Name,
            ModelVersion = _mix.Version,
            OccurredAt = isAhead ? arrivesAt : new(pending.Ticks, TimeSpan.Zero),
            ClaimedTime = isAhead ? new DateTimeOffset(pending.Ticks, TimeSpan.Zero) + _model.Skew : null,
            ClassifiedAt = arrivesAt,
            Heads = HeadsOf(story),
            Attributes = story.Attributes ?? NoAttributes,
            Subject = story.Subject,
            Source = story.Source,
            Tokens = story.Tokens,
            UnknownTokens = story.UnknownTokens,
            Story = story.Hash.ToString("x16", CultureInfo.InvariantCulture),
            Embedding = story.Embedding,
            Origin = new(_pipeline.Inputs[0], 0, _written - 1),
            Text = story.Text,
            Timings = Timings,
        };
        return new(prediction, story.TrueSentiment, story.TrueTopic);
    }

    private Dictionary<string, HeadPrediction> HeadsOf(Story story) => _model.HasSentiment
        ? new(2) { ["sentiment"] = story.Sentiment, [_model.TopicHead] = story.Topic }
        : new(1) { [_model.TopicHead] = story.Topic };

    private readonly record struct DueText(Story Story, long Ticks);
}
