using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Volume;

/// <summary>
/// The current run of empty or nearly empty windows of a series, and, while a silence fires, what has returned since.
/// </summary>
internal sealed class SilenceRun
{
    /// <summary>So many texts at a usual rate end a silence.</summary>
    private const double ReturnedTexts = 3;

    /// <summary>After so many expected texts of which few have come, the texts that came were stragglers.</summary>
    private const double StragglerExpectation = 20;

    /// <summary>The number of windows of the run; 0 outside of a run.</summary>
    public long Windows { get; set; }

    /// <summary>The clusters of the run, those that were to be expected, and the uncertainty of that expectation.</summary>
    public double Clusters { get; set; }
    public double Expected { get; set; }
    public double Deviation { get; set; }

    /// <summary>The part of <see cref="Expected"/> from which the rate may have changed abruptly.</summary>
    public double Unproven { get; set; }

    /// <summary>The texts of the run.</summary>
    public double Texts { get; set; }

    /// <summary>−ln of the probability of the run.</summary>
    public double LogProbability { get; set; }

    /// <summary>Whether a silence fires.</summary>
    public bool IsFiring { get; set; }

    /// <summary>The clusters since the first one that came back, and those that were to be expected.</summary>
    public double Returned { get; set; }
    public double ReturnExpected { get; set; }

    /// <summary>Whether so many clusters have come back that the silence is over.</summary>
    public bool HasReturned(double silenceRatio) => Returned >= ReturnedTexts && Returned > ReturnRatio(silenceRatio) * ReturnExpected;

    [JsonIgnore]
    public bool IsEmpty => Windows == 0;

    /// <summary>Adds a window.</summary>
    /// <param name="window">The window.</param>
    /// <param name="silenceRatio">The largest ratio of the clusters of a run to the expected number.</param>
    public void Add(VolumeWindow window, double silenceRatio)
    {
        if (IsFiring)
            AddReturn(window.Clusters, window.Lower, silenceRatio);
        if (window.Clusters > silenceRatio * window.Lower && Clusters + window.Clusters > silenceRatio * (Expected + window.Lower))
        {
            if (!IsFiring)
                Restart();
            return;
        }
        Windows++;
        Clusters += window.Clusters;
        Texts += window.Texts;
        Expected += window.Lower;
        Deviation += window.LowerDeviation;
        Unproven += window.Unproven;
    }

    /// <summary>Changes the run after late texts have revised a window.</summary>
    /// <param name="recent">The last windows, with the revised one, the oldest first.</param>
    /// <param name="revised">The position of the revised window.</param>
    /// <param name="change">The number of late clusters.</param>
    /// <param name="silenceRatio">The largest ratio of the clusters of a run to the expected number.</param>
    public void Revise(IReadOnlyList<VolumeWindow> recent, int revised, double change, double silenceRatio)
    {
        if (IsFiring)
            AddReturn(change, 0, silenceRatio);
        if (Windows < recent.Count - revised || IsFiring)
            return;
        Restart();
        for (var i = revised; i < recent.Count; i++)
            Add(recent[i], silenceRatio);
    }

    /// <summary>Ends the run.</summary>
    public void Restart() =>
        (Windows, Clusters, Expected, Deviation, Unproven, Texts, LogProbability, Returned, ReturnExpected) = (0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>
    /// Returns the ratio to the expected number above which texts have returned: twice that of a silence, but at most half way from there
    /// to the usual number, so that a silence at a high ratio ends too.
    /// </summary>
    private static double ReturnRatio(double silenceRatio) => Math.Min(2 * silenceRatio, (1 + silenceRatio) / 2);

    private void AddReturn(double clusters, double expected, double silenceRatio)
    {
        if (clusters <= 0 && Returned <= 0)
            return;
        Returned += clusters;
        ReturnExpected += expected;
        if (ReturnExpected >= StragglerExpectation && Returned <= ReturnRatio(silenceRatio) * ReturnExpected)
            (Returned, ReturnExpected) = (0, 0);
    }
}
