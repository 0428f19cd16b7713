using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Windows;

/// <summary>The text that is being counted; one object serves all texts of a counter in turn.</summary>
internal sealed class CountedText
{
    public TextClassified Prediction { get; private set; } = null!;
    public bool IsLate { get; private set; }

    /// <summary>The labels that are counted.</summary>
    public List<Answer> Answers { get; } = [];

    /// <summary>The segments of the text.</summary>
    public List<string> Segments { get; } = [];

    /// <summary>The indices of the cells in which the text is counted.</summary>
    public List<int> Cells { get; } = [];

    /// <summary>The strata of samples to which the text belongs.</summary>
    public List<List<SampledText>> Strata { get; } = [];

    /// <summary>Begins to count a text.</summary>
    public void Begin(TextClassified prediction, bool isLate)
    {
        (Prediction, IsLate) = (prediction, isLate);
        Answers.Clear();
        Segments.Clear();
        Cells.Clear();
        Strata.Clear();
    }

    /// <summary>Adds the text to its strata, if its hash is low enough.</summary>
    /// <param name="attributes">The attributes that an example carries.</param>
    /// <param name="capacity">The number of stories in a stratum.</param>
    public void AddSample(string[] attributes, int capacity)
    {
        SampledText? sample = null;
        var story = ClusterKey.OfStory(Prediction).Value;
        foreach (var stratum in Strata)
        {
            if (TextSample.Admits(stratum, story, capacity))
                TextSample.Add(stratum, sample ??= TextSample.Sample(Prediction, attributes, Segments), capacity);
        }
    }
}
