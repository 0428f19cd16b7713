using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Tests.Monitoring.Inputs;

/// <summary>Compares the parser of predictions with the general reader of events.</summary>
public sealed class PredictionParserTests
{
    private const string Syntax = "{}[]\",:0123456789etrufalsn \\";
    private static readonly string[] Characters = ["a", "b", "c", "é", "日", "\"", "\\", "\n", "😀", "x"];
    private readonly PredictionParser _parser = new();

    [Fact]
    public void Every_prediction_that_Inference_writes_is_parsed_to_what_the_general_reader_reads()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var json = Wire.Serialize(RandomPrediction(random));

            Assert.Equal(Json(Read(json)!), Json(Assert.IsType<TextClassified>(_parser.TryParse(json))));
        }
    }

    [Fact]
    public void Whatever_the_general_reader_rejects_is_rejected_and_what_is_accepted_is_equal()
    {
        var (random, accepted, rejected) = (new Random(2), 0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var json = Mutate(Wire.Serialize(RandomPrediction(random)), random);
            if (_parser.TryParse(json) is not { } parsed)
            {
                rejected++;
                continue;
            }
            accepted++;
            Assert.Equal(Json(Assert.IsType<TextClassified>(Read(json))), Json(parsed));
        }
        Assert.True(accepted > 1000 && rejected > 1000, $"{accepted} accepted, {rejected} rejected");
    }

    [Theory]
    [InlineData("positive")]
    [InlineData("a \"quoted\" label")]
    public void Scores_are_read_in_any_order_after_many_in_the_same_order(string label)
    {
        string[] usual = ["negative", "neutral", label, "日"];
        string[][] orders = [usual, usual, usual, [.. usual.Reverse()], usual, usual[..2], [], usual, [.. usual, "mixed"], usual];
        foreach (var (round, labels) in orders.Index())
        {
            var scores = labels.Index().ToDictionary(static score => score.Item, score => (score.Index + 1) / (double)(round + 7));
            var heads = new Dictionary<string, HeadPrediction> { ["sentiment"] = new("negative", 0.5, scores) };
            var json = Wire.Serialize(RandomPrediction(new(4)) with { Heads = heads });

            Assert.Equal(Json(Read(json)!), Json(Assert.IsType<TextClassified>(_parser.TryParse(json))));
        }
    }

    [Theory]
    [InlineData("""{"explanations":[{"head":"topic"}]}""")]
    [InlineData("""{"heads":{"tags":{"label":"a","confidence":0.5,"scores":{"a":0.5},"labels":["a"]}}}""")]
    [InlineData("""{"subject":null}""")]
    [InlineData("""{"tokens":1.5}""")]
    [InlineData("""{"heads":{"topic":{"label":"a","confidence":1e999,"scores":{}}}}""")]
    [InlineData("""{"unknown":1}""")]
    public void Anything_unusual_is_left_to_the_general_reader(string change)
    {
        var prediction = JsonNode.Parse(Wire.Serialize(RandomPrediction(new(3))))!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
            prediction[name] = value?.DeepClone();

        Assert.Null(_parser.TryParse(Encoding.UTF8.GetBytes(prediction.ToJsonString())));
    }

    /// <summary>Reads a prediction with the general reader, reduced to what the monitor buffers; null if it is rejected.</summary>
    private static TextClassified? Read(byte[] json)
    {
        try
        {
            return BufferedPrediction.Of(Wire.Deserialize<TextClassified>(json));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The monitor uses neither notes nor the display's flag of erased texts.</summary>
    private static string Json(TextClassified prediction) => Wire.ToJson(prediction with { Notes = null, Erased = null });

    private static byte[] Mutate(byte[] json, Random random)
    {
        if (random.Next(2) == 0)
        {
            for (var changes = random.Next(3); changes >= 0; changes--)
                json[random.Next(json.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : Syntax[random.Next(Syntax.Length)]);
            return json;
        }
        var text = Encoding.UTF8.GetString(json);
        var properties = text.Split(',').ToList();
        var (from, to) = (random.Next(properties.Count), random.Next(properties.Count));
        if (random.Next(2) == 0)
            properties.Insert(to, properties[from]);
        else
            (properties[from], properties[to]) = (properties[to], properties[from]);
        return Encoding.UTF8.GetBytes(string.Join(',', properties));
    }

    private static TextClassified RandomPrediction(Random random)
    {
        string Word() => string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Characters[random.Next(Characters.Length)]));
        T? Maybe<T>(Func<T> make) => random.Next(2) == 0 ? make() : default;
        HeadPrediction Answer() => new(
            Word(), Math.Round(random.NextDouble(), random.Next(16)),
            Enumerable.Range(0, random.Next(5)).ToDictionary(static label => $"l{label}", _ => random.NextDouble()))
        {
            OutOfDistribution = random.Next(2) == 0 ? Math.Round(random.NextDouble(), 4) : null,
        };
        return new()
        {
            Id = Word(),
            Pipeline = Word(),
            ModelVersion = Word(),
            OccurredAt = SyntheticStream.Start.AddTicks(random.NextInt64(1_000_000_000_000)),
            ClaimedTime = random.Next(2) == 0 ? SyntheticStream.Start.ToOffset(TimeSpan.FromHours(random.Next(-12, 12))) : null,
            ClassifiedAt = SyntheticStream.Start,
            Heads = Enumerable.Range(0, random.Next(4)).ToDictionary(static head => $"head {head}", _ => Answer()),
            Entities = Maybe(() => (IReadOnlyList<Entity>)[.. Enumerable.Range(0, random.Next(3)).Select(
                _ => new Entity(Word(), random.Next(9), 9, random.NextDouble(), Word()) { Text = Maybe(Word) })]),
            Attributes = Enumerable.Range(0, random.Next(3)).ToDictionary(static name => $"a{name}", _ => Word()),
            Subject = Maybe(Word),
            Source = Maybe(Word),
            Tokens = random.Next(100),
            UnknownTokens = random.Next(3),
            Story = Maybe(() => SimHash.Format((ulong)random.NextInt64())),
            Truncated = random.Next(2) == 0,
            ForeignLanguage = random.Next(4) == 0 ? "de" : null,
            Embedding = Maybe(() => Enumerable.Range(0, 4).Select(_ => random.NextSingle() - 0.5f).ToArray()),
            Origin = new("texts.a", random.Next(4), random.NextInt64(1_000_000)),
            Text = Maybe(() => string.Join(' ', Enumerable.Range(0, random.Next(1, 60)).Select(_ => Word()))),
            Sealed = Maybe(() => new byte[] { 1, 2, 3 }),
            Notes = Maybe(() => (IReadOnlyList<string>)[Word()]),
            Routes = Maybe(() => (IReadOnlyList<string>)["queue"]) ?? [],
            Timings = new(random.NextDouble(), random.NextDouble(), random.Next(64), random.Next(2) == 0),
        };
    }
}
