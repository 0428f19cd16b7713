using StreamBert.Model.Evaluation;

namespace StreamBert.Tests.Model.Evaluation;

public sealed class ReportBuilderTests
{
    /// <summary>The figures of scikit-learn's own documentation: y_true = [0, 1, 2, 2, 2], y_pred = [0, 0, 2, 2, 1].</summary>
    [Fact]
    public void A_report_equals_that_of_scikit_learn()
    {
        string[] actual = ["0", "1", "2", "2", "2"], predicted = ["0", "0", "2", "2", "1"];

        var report = ReportBuilder.Build(
            "h", "d", ["0", "1", "2"], actual.Zip(predicted, static (a, p) => new EvaluatedText(a, p, 1)).ToList());

        Assert.Equal(0.6, report.Accuracy, 3);
        Assert.Equal([0.5, 0, 1], report.Classes.Select(static c => c.Precision));
        Assert.Equal([1, 0, 2.0 / 3], report.Classes.Select(static c => c.Recall));
        Assert.Equal([2.0 / 3, 0, 0.8], report.Classes.Select(static c => c.F1));
        Assert.Equal([1, 1, 3], report.Classes.Select(static c => c.Support));
        Assert.Equal(0.489, report.Macro.F1, 3);
        Assert.Equal(0.613, report.Weighted.F1, 3);
        Assert.Equal(0.6, report.Micro.F1, 3);
    }

    [Fact]
    public void Confidence_that_equals_the_accuracy_has_no_calibration_error()
    {
        var outcomes = Enumerable.Range(0, 10).Select(static i => new EvaluatedText("a", i < 7 ? "a" : "b", 0.7)).ToList();

        Assert.Equal(0, CalibrationError.Compute(outcomes), 9);
    }

    [Fact]
    public void Confidence_of_one_at_an_accuracy_of_one_half_has_a_calibration_error_of_one_half()
    {
        var outcomes = Enumerable.Range(0, 10).Select(static i => new EvaluatedText("a", i < 5 ? "a" : "b", 1)).ToList();

        Assert.Equal(0.5, CalibrationError.Compute(outcomes), 9);
    }
}
