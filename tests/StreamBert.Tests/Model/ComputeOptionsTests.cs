using StreamBert.Model;
using StreamBert.Model.Classification;

namespace StreamBert.Tests.Model;

public sealed class ComputeOptionsTests
{
    private static readonly string[] Texts =
    [
        "Oil plunges 5% after OPEC lifts output", "Profit rose to EUR 13.1 mn from EUR 8.7 mn", "The meeting takes place on Tuesday", "",
        "I still have not received my refund and nobody answers",
            "Shares of the bank fell for the third day in a row on fears of bad loans in its property book",
    ];

    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "models", "small");

    [Theory]
    [InlineData(ComputeOptions.BFloat16, 0.03)]
    [InlineData(ComputeOptions.Int8, 0.05)]
    public void A_lower_precision_gives_nearly_the_same_scores(string precision, double tolerance)
    {
        using var full = TextClassifier.Load(Shipped);
        using var low = TextClassifier.Load(Shipped, new(Dtype: precision));

        var (expected, actual) = (full.Classify(Texts.Select(full.Encode).ToList()), low.Classify(Texts.Select(low.Encode).ToList()));

        Assert.All(expected.Zip(actual), pair => Assert.All(pair.First.Heads, head =>
            Assert.Equal(head.Value.Scores[head.Value.Label], pair.Second.Heads[head.Key].Scores[head.Value.Label], tolerance)));
    }

    [Fact]
    public void In_int8_the_batch_affects_a_text_only_by_rounding()
    {
        using var model = TextClassifier.Load(Shipped, new(Dtype: ComputeOptions.Int8));
        var texts = Texts.Select(model.Encode).ToList();

        var together = model.Classify(texts);

        Assert.All(texts.Zip(together), pair => Assert.All(model.Classify([pair.First])[0].Logits, head =>
            Assert.All(head.Value.Zip(pair.Second.Logits[head.Key]), static values => Assert.Equal(values.First, values.Second, 0.02f))));
    }

    [Theory]
    [InlineData("cpu", "float8")]
    [InlineData("cpu", "float16")]
    [InlineData("tpu", "float32")]
    [InlineData("cuda:x", "float32")]
    [InlineData("cuda", "int8")]
    public void Unsupported_devices_and_precisions_are_refused(string device, string precision) =>
        Assert.Throws<ModelPackageException>(() => new ComputeOptions(device, precision).Validate());
}
