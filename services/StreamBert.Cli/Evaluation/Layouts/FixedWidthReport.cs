using System.Globalization;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Layouts;

/// <summary>Writes a classification report in columns of the widths that scikit-learn and seqeval use.</summary>
internal sealed class FixedWidthReport
{
    private const int NumberWidth = 9;
    private const string LongestAverage = "weighted avg";

    private readonly StringBuilder _text = new();
    private readonly int _digits, _nameWidth;
    private readonly bool _hasHits;

    /// <param name="names">The names of the classes.</param>
    /// <param name="digits">The digits behind the decimal point.</param>
    /// <param name="hasHits">Whether any answer is correct; otherwise scikit-learn writes the support with a decimal.</param>
    public FixedWidthReport(IEnumerable<string> names, int digits, bool hasHits = true)
    {
        (_digits, _hasHits) = (digits, hasHits);
        _nameWidth = names.Append(LongestAverage).Max(CountCharacters);
        WriteRow("", "precision", "recall", "f1-score", "support");
        _text.Append('\n');
    }

    public FixedWidthReport AddClasses(IEnumerable<ClassMetrics> classes)
    {
        foreach (var c in classes)
            AddRow(c.Label, new(c.Precision, c.Recall, c.F1), c.Support);
        _text.Append('\n');
        return this;
    }

    public FixedWidthReport AddAccuracy(double accuracy, long support)
    {
        WriteRow("accuracy", "", "", PythonFloat.Format(accuracy, _digits), Format(support));
        return this;
    }

    public FixedWidthReport AddAverage(string name, AverageMetrics average, long support)
    {
        AddRow($"{name} avg", average, support);
        return this;
    }

    public override string ToString() => _text.ToString();

    private void AddRow(string name, AverageMetrics rates, long support) => WriteRow(
        name, PythonFloat.Format(rates.Precision, _digits), PythonFloat.Format(rates.Recall, _digits),
        PythonFloat.Format(rates.F1, _digits), Format(support));

    private void WriteRow(string name, params ReadOnlySpan<string> cells)
    {
        _text.Append(' ', _nameWidth - CountCharacters(name)).Append(name).Append(' ');
        foreach (var cell in cells)
            _text.Append(' ').Append(cell.PadLeft(NumberWidth));
        _text.Append('\n');
    }

    private string Format(long support) => support.ToString(CultureInfo.InvariantCulture) + (_hasHits ? "" : ".0");

    private static int CountCharacters(string name) => name.EnumerateRunes().Count();
}
