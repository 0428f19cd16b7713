namespace StreamBert.Model.Training.FineTuning;

/// <summary>Excludes every n-th example from training, to fit temperatures on it.</summary>
/// <param name="interval">One of so many examples is held out.</param>
internal sealed class HeldOutSplit(int interval)
{
    public List<T> GetTraining<T>(IEnumerable<T> examples) => examples.Where((_, index) => !IsHeldOut(index)).ToList();

    public List<T> GetHeldOut<T>(IEnumerable<T> examples) => examples.Where((_, index) => IsHeldOut(index)).ToList();

    private bool IsHeldOut(int index) => index % interval == interval - 1;
}
