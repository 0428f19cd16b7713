using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Streams;

namespace StreamBert.Tests.Monitoring.Scenarios.Streams;

/// <summary>The oracle of every test is the number that the model of the stream states.</summary>
public class StreamGeneratorTests
{
    private static readonly DateTimeOffset Start = ScenarioDefinition.Start;

    [Fact]
    public void The_same_seed_gives_the_same_texts_and_another_seed_others()
    {
        var model = CleanScenarios.News(20);
        Assert.Equal(Json(model, 1), Json(model, 1));
        Assert.NotEqual(Json(model, 1), Json(model, 2));

        static string Json(StreamModel model, int seed) =>
            string.Join('\n', Play(model, hours: 1, seed).Select(static text => Wire.ToJson(text.Prediction)));
    }

    [Fact]
    public void Texts_come_in_the_order_of_their_arrival_and_never_before_they_are_written()
    {
        var texts = Play(CleanScenarios.News(20) with { MeanCopies = 3, PolledShare = 0.4, SkewedShare = 0.1 }, hours: 12);
        Assert.Equal(texts.OrderBy(static text => text.Prediction.ClassifiedAt), texts);
        Assert.All(texts, static text => Assert.True(text.Prediction.OccurredAt <= text.Prediction.ClassifiedAt));
    }

    [Fact]
    public void Rate_and_share_are_those_of_the_model()
    {
        var texts = Play(CleanScenarios.News(20), hours: 48);
        Assert.Equal(20 * 60 * 48, texts.Count, tolerance: 4 * Math.Sqrt(20 * 60 * 48));
        Assert.Equal(0.2, ShareOfNegative(texts), tolerance: 0.007);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.8)]
    public void A_confidence_is_the_probability_that_the_label_is_true_whatever_the_share_of_hard_texts(double hardness)
    {
        var texts = Play(CleanScenarios.News(20) with { Hardness = _ => hardness }, hours: 48);
        foreach (var tenth in texts.GroupBy(static text => (int)(text.Prediction.Heads["sentiment"].Confidence * 10)))
        {
            var right = tenth.Average(static text => text.TrueSentiment == text.Prediction.Heads["sentiment"].Label ? 1.0 : 0);
            var stated = tenth.Average(static text => text.Prediction.Heads["sentiment"].Confidence);
            Assert.Equal(stated, right, tolerance: 4 * Math.Sqrt(0.25 / tenth.Count()));
        }
    }

    [Fact]
    public void Scores_are_probabilities_and_the_label_has_the_highest()
    {
        foreach (var answer in Play(CleanScenarios.News(20), hours: 2).SelectMany(static text => text.Prediction.Heads.Values))
        {
            Assert.Equal(1, answer.Scores.Values.Sum(), tolerance: 1e-9);
            Assert.Equal(answer.Confidence, answer.Scores.Values.Max());
            Assert.Equal(answer.Confidence, answer.Scores[answer.Label]);
        }
    }

    [Fact]
    public void The_wandering_share_has_its_standard_deviation_and_its_correlation_time()
    {
        var random = new Random(1);
        var mix = new MinuteMix(CleanScenarios.News(1) with { Wander = 0.05, Negative = static (_, _) => 0.5 }, random);
        List<double> shares = [];
        for (var minute = 0; minute < 60_000; minute++)
        {
            mix.MoveTo(new(Start.AddMinutes(minute), Start.AddMinutes(minute).DateTime));
            shares.Add(mix.NegativeOf(0, null) - 0.5);
        }
        var variance = shares.Average(static share => share * share);
        var lagged = shares.Zip(shares.Skip(15), static (a, b) => a * b).Average();
        Assert.Equal(0.05, Math.Sqrt(variance), tolerance: 0.004);
        Assert.Equal(Math.Exp(-1), lagged / variance, tolerance: 0.06);
    }

    [Fact]
    public void Copies_are_near_duplicates_and_as_many_as_stated()
    {
        var texts = Play(CleanScenarios.News(4) with { MeanCopies = 3 }, hours: 48);
        var stories = texts.GroupBy(static text => text.Prediction.Text!.Replace(" (update)", "", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, texts.Count / (double)stories.Count, tolerance: 0.15);
        Assert.All(stories, static story => Assert.All(story, copy =>
            Assert.True(SimHash.Distance(Hash(copy), Hash(story.First())) <= 2)));

        static ulong Hash(ScenarioText text) => Convert.ToUInt64(text.Prediction.Story, 16);
    }

    [Fact]
    public void A_conversation_has_one_subject_one_group_and_one_mood()
    {
        var conversations = Play(CleanScenarios.Chats(2), hours: 24).GroupBy(static text => text.Prediction.Subject).ToList();
        Assert.Equal(5.5, conversations.Average(static conversation => conversation.Count()), tolerance: 0.2);
        Assert.All(conversations, static conversation =>
        {
            Assert.Single(conversation.Select(static text => text.Prediction.Attributes["region"]).Distinct());
            Assert.Single(conversation.Select(static text => text.Prediction.Heads["sentiment"].Label).Distinct());
        });
    }

    [Fact]
    public void A_clock_that_is_ahead_is_limited_to_the_receipt_and_its_claim_is_kept()
    {
        var texts = Play(CleanScenarios.News(20) with { SkewedShare = 0.1 }, hours: 12);
        var ahead = texts.FindAll(static text => text.Prediction.ClaimedTime is not null);
        Assert.Equal(0.1, ahead.Count / (double)texts.Count, tolerance: 0.01);
        Assert.All(ahead, static text => Assert.InRange(
            text.Prediction.ClaimedTime!.Value - text.Prediction.OccurredAt, TimeSpan.FromSeconds(119), TimeSpan.FromSeconds(120)));
    }

    [Fact]
    public void A_polled_source_delivers_together_every_five_minutes()
    {
        var texts = Play(CleanScenarios.News(20) with { PolledShare = 0.4 }, hours: 12);
        var polled = texts.FindAll(static text => text.Prediction.Source == "polled");
        Assert.Equal(0.4, polled.Count / (double)texts.Count, tolerance: 0.02);
        Assert.All(polled, static text => Assert.Equal(0, text.Prediction.ClassifiedAt.Ticks % TimeSpan.FromMinutes(5).Ticks));
    }

    [Fact]
    public void Log_lines_have_one_head_follow_templates_and_state_their_number_of_anomalies()
    {
        var lines = Play(CleanScenarios.LogLines(static _ => 0.5), hours: 48);
        Assert.All(lines, static line => Assert.Equal("severity", Assert.Single(line.Prediction.Heads).Key));
        Assert.All(
            lines.GroupBy(static line => line.Prediction.Heads["severity"].Label),
            static label => Assert.InRange(label.DistinctBy(static line => line.Prediction.Text).Count(), 20, 30));
        Assert.All(lines.Take(100), static line => Assert.Equal(SimHash.Format(SimHash.Of(line.Prediction.Text!)), line.Prediction.Story));
        var anomalies = lines.Count(static line => line.Prediction.Heads["severity"].Label == "anomaly");
        Assert.Equal(0.5 * 60 * 48, anomalies, tolerance: 4 * Math.Sqrt(0.5 * 60 * 48));
    }

    [Fact]
    public void The_rare_topic_has_its_share()
    {
        var texts = Play(CleanScenarios.RareNews(static _ => 0.02), hours: 48);
        var topics = texts.CountBy(static text => text.Prediction.Heads["topic"].Label).ToDictionary();
        Assert.Equal(5, topics.Count);
        Assert.Equal(0.02 * texts.Count, topics["Bankruptcy"], tolerance: 4 * Math.Sqrt(0.02 * texts.Count));
        Assert.Equal(0.245 * texts.Count, topics["Energy"], tolerance: 4 * Math.Sqrt(0.245 * texts.Count));
    }

    private static double ShareOfNegative(List<ScenarioText> texts) =>
        texts.Average(static text => text.Prediction.Heads["sentiment"].Label == "negative" ? 1.0 : 0);

    private static List<ScenarioText> Play(StreamModel model, double hours, int seed = 1) =>
        [.. new StreamGenerator(model, ScenarioPipelines.News(), new(Start, Start.AddHours(hours)), seed).Generate()];
}
