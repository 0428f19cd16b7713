using Microsoft.Extensions.Logging;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Training.Datasets;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Runs;

/// <summary>
/// The oldest version on disk with the anchor of the serving one. Candidates are compared with it too, so that the losses of several
/// versions, each within the margin, do not add up.
/// </summary>
/// <param name="Version">The version.</param>
/// <param name="Answers">Its answers to the evaluation part of the anchor.</param>
internal sealed record AnchorOrigin(string Version, IReadOnlyList<HeadAnswers> Answers)
{
    /// <summary>Finds the origin of the dataset's anchor; null if that is the champion, or if the champion has no anchor.</summary>
    /// <param name="directory">The versions on disk.</param>
    /// <param name="versions">The versions that have served, the oldest first.</param>
    /// <param name="champion">The serving version.</param>
    public static AnchorOrigin? Find(
        ModelDirectory directory, IEnumerable<ServedVersion> versions, string champion, TrainingDataset dataset, ILogger logger)
    {
        foreach (var version in dataset.Anchor.Count == 0 ? [] : versions.TakeWhile(version => version.Version != champion))
        {
            try
            {
                if (TryAnswer(directory.Resolve(version.Directory), dataset) is { } answers)
                    return new(version.Version, answers);
            }
            catch (ModelPackageException e)
            {
                logger.LogWarning(e, "Candidates are not compared with {Version}, whose package cannot be read", version.Version);
            }
        }
        return null;
    }

    private static IReadOnlyList<HeadAnswers>? TryAnswer(string package, TrainingDataset dataset)
    {
        if (!Directory.Exists(package) || !ModelPackage.ReadAnchor(package).SequenceEqual(dataset.Anchor))
            return null;
        using var model = TextClassifier.Load(package);
        return dataset.AnswerAnchor(model);
    }
}
