using StreamBert.Model.Manifests;
using StreamBert.Model.Training.Distillation;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Model.Training.Recipes;

/// <summary>
/// Collects the target distributions of all texts of a recipe: the given labels and, with distillation, the soft labels of a teacher for
/// each head. The teacher also labels the texts of other heads of its domain, so that sentiment also learns from texts that are labelled
/// by topic only. The sum of a target is the weight of the text for the head.
/// </summary>
internal sealed class DistillationTargets(FineTuneOptions options, int seed)
{
    private readonly Dictionary<string, Dictionary<string, float[]>> _targets = new(StringComparer.Ordinal);
    private readonly float _teacherShare = (float)(options.Distillation / (1 + options.Distillation));

    /// <summary>The targets by head of each text.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, float[]>> ByText => _targets;

    /// <summary>Adds the targets of a head.</summary>
    /// <param name="labelled">The texts with labels of the head.</param>
    /// <param name="others">The texts of the other heads, by head.</param>
    public void Add(HeadManifest head, IReadOnlyList<RecipeText> labelled, IEnumerable<IGrouping<HeadManifest, RecipeText>> others)
    {
        var targets = new TargetBuilder([.. labelled.Select(static text => text.Label)], head.Labels.Count, options);
        if (_teacherShare <= 0)
        {
            foreach (var text in labelled) Add(text, targets[text.Label], new float[head.Labels.Count]);
            return;
        }

        var (predictions, teacher) = TfIdfTeacher.CrossFit(
            [.. labelled.Select(static text => (text.Text, text.Label))], head.Labels.Count, seed);
        for (var i = 0; i < labelled.Count; i++) Add(labelled[i], targets[labelled[i].Label], predictions[i]);
        foreach (var text in others.Where(other => IsSameDomain(head.Name, other.Key.Name)).SelectMany(static texts => texts))
            GetTargets(text.Text).TryAdd(head.Name, Array.ConvertAll(teacher.Predict(text.Text), share => share * _teacherShare));
    }

    /// <summary>Adds the mean of the label's and the teacher's distribution.</summary>
    private void Add(RecipeText text, float[] target, float[] teacher) => GetTargets(text.Text)[text.Head.Name] =
        [.. target.Zip(teacher, (given, soft) => (given * (1 - _teacherShare) + soft * _teacherShare) * (float)text.Source.Weight)];

    private bool IsSameDomain(string head, string other) =>
        options.DistillAcross.Any(group => group.Contains(head) && group.Contains(other));

    private Dictionary<string, float[]> GetTargets(string text)
    {
        if (!_targets.TryGetValue(text, out var targets))
        {
            _targets[text] = targets = new Dictionary<string, float[]>(StringComparer.Ordinal);
        }
        return targets;
    }
}
