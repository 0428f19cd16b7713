using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Packages;
using StreamBert.Model.Precisions;

namespace StreamBert.Tests.Model.Evaluation;

public sealed class PrecisionEvaluatorTests
{
    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "models", "small");

    [Fact]
    public void The_loss_is_stored_in_the_package_and_decides_the_automatic_precision()
    {
        using var folder = new TempFolder();
        var package = Path.Combine(folder.Path, "model");
        ModelPackage.Copy(Shipped, package, "v2");
        string[] texts = ["profits rise", "shares fall", "the meeting takes place on tuesday"];
        List<LabelledText> labelled =
            [.. Enumerable.Range(0, 300).Select(i => new LabelledText($"{texts[i % 3]} {i}", "sentiment", "neutral"))];

        var reports = PrecisionEvaluator.Measure(package, labelled);

        Assert.Equal(300, reports[ComputeOptions.Int8].Texts);
        Assert.InRange(reports[ComputeOptions.Int8].Agreement, 0.9, 1);
        Assert.InRange(Math.Abs(reports[ComputeOptions.Int8].AccuracyLoss), 0, 1 - reports[ComputeOptions.Int8].Agreement);
        Assert.Equal(reports, ModelPackage.ReadManifest(package).Precisions);
        ModelPackage.Verify(package);
        using var model = TextClassifier.Load(package, new(Dtype: ComputeOptions.Auto));
        Assert.Contains("automatic", model.Precision, StringComparison.Ordinal);
        var isInt8 = ProcessorPrecisions.HasInt8 && reports[ComputeOptions.Int8].AccuracyLoss <= 0.003;
        Assert.Equal(isInt8, model.Precision.StartsWith(ComputeOptions.Int8, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_texts_nothing_is_measured()
    {
        var before = ModelPackage.HashChecksumFile(Shipped);

        Assert.Empty(PrecisionEvaluator.Measure(Shipped, []));

        Assert.Equal(before, ModelPackage.HashChecksumFile(Shipped));
    }
}
