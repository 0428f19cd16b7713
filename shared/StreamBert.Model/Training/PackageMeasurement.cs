using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Packages;
using StreamBert.Model.Profiles;

namespace StreamBert.Model.Training;

/// <summary>Measures a trained package, as it is stored, on its own texts, for those who monitor and serve it.</summary>
internal static class PackageMeasurement
{
    /// <summary>Writes the reference profile, the distribution of the training texts and the accuracy of each precision.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="model">The classifier that was loaded from it.</param>
    /// <param name="training">The texts that it was trained on.</param>
    /// <param name="heldOut">Labelled texts that it was not trained on.</param>
    /// <param name="profile">The texts of the profile, which it was not trained on.</param>
    /// <param name="source">What the texts of the profile are called in it.</param>
    /// <param name="context">The environment of the run.</param>
    public static void Write(
        string directory, TextClassifier model, IEnumerable<LabelledText> training, IReadOnlyList<LabelledText> heldOut,
        IEnumerable<string> profile, string source, TrainingContext context)
    {
        context.BeginPhase("measuring the reference profile");
        ModelPackage.WriteProfile(directory, ProfileBuilder.Measure(model, profile.Distinct(), source));
        context.BeginPhase("measuring the distribution of the training texts");
        using (var distribution = DistributionBuilder.Fit(model, training, heldOut))
            PackageDistribution.Write(directory, distribution);
        context.BeginPhase("measuring the accuracy of each precision");
        PrecisionEvaluator.Measure(directory, heldOut);
    }
}
