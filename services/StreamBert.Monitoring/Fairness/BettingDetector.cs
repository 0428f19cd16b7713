namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Sequential evidence that a mean in [−1, 1] is above zero, by betting: each value x multiplies a wealth by 1 + λx, with λ ≥ 0 chosen
/// from the past alone, so under "mean ≤ 0" no strategy gains (Chugg, Cortes-Gomez, Wilder and Ramdas 2023, arXiv:2305.17570; λ by the
/// approximate GRAPA rule of Waudby-Smith and Ramdas 2024). A new bettor with a stake of 1 joins at each window, and their wealths are
/// summed
/// (the Shiryaev–Roberts e-detector of Shin, Ramdas and Rinaldo 2024): reaching c takes at least c windows on average while nothing is
/// wrong, however often one looks, and evidence is found whenever it begins.
/// </summary>
public sealed class BettingDetector
{
    private const double GreatestBet = 0.75;
    private const double PriorWeight = 20;

    /// <summary>Values that λ remembers: enough to be steady, few enough to follow a change.</summary>
    private const double Memory = 400;

    /// <summary>More would only delay the way back.</summary>
    private const double GreatestLog = 100;

    /// <summary>Natural logarithm of the summed wealth; far below zero before the first window.</summary>
    public double LogWealth { get; set; } = -700;
    public double Weight { get; set; }
    public double Sum { get; set; }
    public double SumOfSquares { get; set; }

    /// <summary>A new bettor joins with a stake of 1.</summary>
    public void BeginWindow() => LogWealth = LogWealth > 40 ? LogWealth : Math.Log(Math.Exp(LogWealth) + 1);

    public void Update(double value)
    {
        LogWealth = Math.Clamp(LogWealth + Math.Log(1 + Bet() * value), -700, GreatestLog);
        const double keep = 1 - 1 / Memory;
        Weight = Weight * keep + 1;
        Sum = Sum * keep + value;
        SumOfSquares = SumOfSquares * keep + value * value;
    }

    public void Reset() => LogWealth = -700;

    private double Bet()
    {
        var mean = Sum / (Weight + PriorWeight);
        var square = (SumOfSquares + PriorWeight * 0.4) / (Weight + PriorWeight);
        return Math.Clamp(mean / square, 0, GreatestBet);
    }
}
