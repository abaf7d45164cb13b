/// The papers that metrics, kinds of dropout and tests are from, in the order of their keys.
extension Citation {
  package static let achille2018 = Citation(
    "achille2018", "A. Achille and S. Soatto",
    "Information dropout: learning optimal representations through noisy computation",
    "arXiv:1611.01353", 2018)
  package static let agarwal2021 = Citation(
    "agarwal2021", "R. Agarwal and others",
    "Deep reinforcement learning at the edge of the statistical precipice",
    "arXiv:2108.13264", 2021)
  package static let alaa2022 = Citation(
    "alaa2022", "A. M. Alaa and others",
    "How faithful is your synthetic data? Sample-level metrics for evaluating and auditing generative models",
    "arXiv:2102.08921", 2022)
  package static let arora2018 = Citation(
    "arora2018", "S. Arora and Y. Zhang",
    "Do GANs learn the distribution? Some theory and empirics",
    "ICLR", 2018)
  package static let ba2013 = Citation(
    "ba2013", "J. Ba and B. Frey",
    "Adaptive dropout for training deep neural networks",
    "NIPS", 2013)
  package static let bai2021 = Citation(
    "bai2021", "C.-Y. Bai and others",
    "On training sample memorization: lessons from benchmarking generative modeling with a large-scale competition",
    "arXiv:2106.03062", 2021)
  package static let baldi2013 = Citation(
    "baldi2013", "P. Baldi and P. Sadowski",
    "Understanding dropout",
    "NIPS", 2013)
  package static let benjamini1995 = Citation(
    "benjamini1995", "Y. Benjamini and Y. Hochberg",
    "Controlling the false discovery rate: a practical and powerful approach to multiple testing",
    "Journal of the Royal Statistical Society B 57, 289–300", 1995)
  package static let bhattacharjee2023 = Citation(
    "bhattacharjee2023", "R. Bhattacharjee and S. Dasgupta and K. Chaudhuri",
    "Data-copying in generative models: a formal framework",
    "arXiv:2302.13181", 2023)
  package static let binkowski2018 = Citation(
    "binkowski2018", "M. Bińkowski and others",
    "Demystifying MMD GANs",
    "arXiv:1801.01401", 2018)
  package static let burda2016 = Citation(
    "burda2016", "Y. Burda and R. Grosse and R. Salakhutdinov",
    "Importance weighted autoencoders",
    "arXiv:1509.00519", 2016)
  package static let carlini2019 = Citation(
    "carlini2019", "N. Carlini and others",
    "The secret sharer: evaluating and testing unintended memorization in neural networks",
    "arXiv:1802.08232", 2019)
  package static let carlini2022 = Citation(
    "carlini2022", "N. Carlini and others",
    "Membership inference attacks from first principles",
    "arXiv:2112.03570", 2022)
  package static let carlini2023 = Citation(
    "carlini2023", "N. Carlini and others",
    "Extracting training data from diffusion models",
    "arXiv:2301.13188", 2023)
  package static let chen2020 = Citation(
    "chen2020", "D. Chen and others",
    "GAN-Leaks: a taxonomy of membership inference attacks against generative models",
    "arXiv:1909.03935", 2020)
  package static let chung2025 = Citation(
    "chung2025", "Y. Chung and others",
    "KAD: no more FAD! An effective and efficient evaluation metric for audio generation",
    "arXiv:2502.15602", 2025)
  package static let cogswell2016 = Citation(
    "cogswell2016", "M. Cogswell and others",
    "Reducing overfitting in deep networks by decorrelating representations",
    "arXiv:1511.06068", 2016)
  package static let devries2017 = Citation(
    "devries2017", "T. DeVries and G. W. Taylor",
    "Improved regularization of convolutional neural networks with cutout",
    "arXiv:1708.04552", 2017)
  package static let donahue2019 = Citation(
    "donahue2019", "C. Donahue and J. McAuley and M. Puckette",
    "Adversarial audio synthesis",
    "arXiv:1802.04208", 2019)
  package static let feldman2020 = Citation(
    "feldman2020", "V. Feldman and C. Zhang",
    "What neural networks memorize and why: discovering the long tail via influence estimation",
    "arXiv:2008.03703", 2020)
  package static let fisher1935 = Citation(
    "fisher1935", "R. A. Fisher",
    "The design of experiments",
    "Oliver and Boyd", 1935)
  package static let friedman2022 = Citation(
    "friedman2022", "D. Friedman and A. B. Dieng",
    "The Vendi score: a diversity evaluation metric for machine learning",
    "arXiv:2210.02410", 2022)
  package static let gal2016 = Citation(
    "gal2016", "Y. Gal and Z. Ghahramani",
    "A theoretically grounded application of dropout in recurrent neural networks",
    "arXiv:1512.05287", 2016)
  package static let gal2016a = Citation(
    "gal2016a", "Y. Gal and Z. Ghahramani",
    "Dropout as a Bayesian approximation: representing model uncertainty in deep learning",
    "arXiv:1506.02142", 2016)
  package static let gal2017 = Citation(
    "gal2017", "Y. Gal and J. Hron and A. Kendall",
    "Concrete dropout",
    "arXiv:1705.07832", 2017)
  package static let ghiasi2018 = Citation(
    "ghiasi2018", "G. Ghiasi and T.-Y. Lin and Q. V. Le",
    "DropBlock: a regularization method for convolutional networks",
    "arXiv:1810.12890", 2018)
  package static let gomez2019 = Citation(
    "gomez2019", "A. N. Gomez and others",
    "Learning sparse networks using targeted dropout",
    "arXiv:1905.13678", 2019)
  package static let goodfellow2015 = Citation(
    "goodfellow2015", "I. Goodfellow and J. Shlens and C. Szegedy",
    "Explaining and harnessing adversarial examples",
    "arXiv:1412.6572", 2015)
  package static let gu2023 = Citation(
    "gu2023", "X. Gu and others",
    "On memorization in diffusion models",
    "arXiv:2310.02664", 2023)
  package static let gulrajani2017 = Citation(
    "gulrajani2017", "I. Gulrajani and others",
    "Improved training of Wasserstein GANs",
    "arXiv:1704.00028", 2017)
  package static let guo2017 = Citation(
    "guo2017", "C. Guo and others",
    "On calibration of modern neural networks",
    "arXiv:1706.04599", 2017)
  package static let hayes2019 = Citation(
    "hayes2019", "J. Hayes and others",
    "LOGAN: membership inference attacks against generative models",
    "arXiv:1705.07663", 2019)
  package static let heusel2017 = Citation(
    "heusel2017", "M. Heusel and others",
    "GANs trained by a two time-scale update rule converge to a local Nash equilibrium",
    "arXiv:1706.08500", 2017)
  package static let hintersdorf2024 = Citation(
    "hintersdorf2024", "D. Hintersdorf and others",
    "Finding NeMo: localizing neurons responsible for memorization in diffusion models",
    "arXiv:2406.02366", 2024)
  package static let hinton2012 = Citation(
    "hinton2012", "G. E. Hinton and others",
    "Improving neural networks by preventing co-adaptation of feature detectors",
    "arXiv:1207.0580", 2012)
  package static let holm1979 = Citation(
    "holm1979", "S. Holm",
    "A simple sequentially rejective multiple test procedure",
    "Scandinavian Journal of Statistics 6, 65–70", 1979)
  package static let hou2019 = Citation(
    "hou2019", "S. Hou and Z. Wang",
    "Weighted channel dropout for regularization of deep convolutional neural network",
    "AAAI", 2019)
  package static let huang2016 = Citation(
    "huang2016", "G. Huang and others",
    "Deep networks with stochastic depth",
    "arXiv:1603.09382", 2016)
  package static let jalali2023 = Citation(
    "jalali2023", "M. Jalali and C. T. Li and F. Farnia",
    "An information-theoretic evaluation of generative models in learning multi-modal distributions",
    "NeurIPS", 2023)
  package static let jiralerspong2023 = Citation(
    "jiralerspong2023", "M. Jiralerspong and others",
    "Feature likelihood divergence: evaluating the generalization of generative models using samples",
    "arXiv:2302.04440", 2023)
  package static let kaplan1958 = Citation(
    "kaplan1958", "E. L. Kaplan and P. Meier",
    "Nonparametric estimation from incomplete observations",
    "Journal of the American Statistical Association 53, 457–481", 1958)
  package static let karras2020 = Citation(
    "karras2020", "T. Karras and others",
    "Training generative adversarial networks with limited data",
    "arXiv:2006.06676", 2020)
  package static let kim1987 = Citation(
    "kim1987", "K. Kim and D. L. DeMets",
    "Design and analysis of group sequential tests based on the type I error spending rate function",
    "Biometrika 74, 149–154", 1987)
  package static let kingma2015 = Citation(
    "kingma2015", "D. P. Kingma and T. Salimans and M. Welling",
    "Variational dropout and the local reparameterization trick",
    "arXiv:1506.02557", 2015)
  package static let klambauer2017 = Citation(
    "klambauer2017", "G. Klambauer and others",
    "Self-normalizing neural networks",
    "arXiv:1706.02515", 2017)
  package static let krueger2017 = Citation(
    "krueger2017", "D. Krueger and others",
    "Zoneout: regularizing RNNs by randomly preserving hidden activations",
    "arXiv:1606.01305", 2017)
  package static let kynkaanniemi2019 = Citation(
    "kynkaanniemi2019", "T. Kynkäänniemi and others",
    "Improved precision and recall metric for assessing generative models",
    "arXiv:1904.06991", 2019)
  package static let li2019 = Citation(
    "li2019", "X. Li and others",
    "Understanding the disharmony between dropout and batch normalization by variance shift",
    "arXiv:1801.05134", 2019)
  package static let li2022 = Citation(
    "li2022", "B. Li and others",
    "DropKey",
    "arXiv:2208.02646", 2022)
  package static let liang2021 = Citation(
    "liang2021", "X. Liang and others",
    "R-Drop: regularized dropout for neural networks",
    "arXiv:2106.14448", 2021)
  package static let liu2023 = Citation(
    "liu2023", "Z. Liu and others",
    "Dropout reduces underfitting",
    "arXiv:2303.01500", 2023)
  package static let madry2018 = Citation(
    "madry2018", "A. Madry and others",
    "Towards deep learning models resistant to adversarial attacks",
    "arXiv:1706.06083", 2018)
  package static let maini2023 = Citation(
    "maini2023", "P. Maini and others",
    "Can neural network memorization be localized?",
    "arXiv:2307.09542", 2023)
  package static let mantel1966 = Citation(
    "mantel1966", "N. Mantel",
    "Evaluation of survival data and two new rank order statistics arising in its consideration",
    "Cancer Chemotherapy Reports 50, 163–170", 1966)
  package static let mathieu2023 = Citation(
    "mathieu2023", "T. Mathieu and others",
    "AdaStop: adaptive statistical testing for sound comparisons of deep RL agents",
    "arXiv:2306.10882", 2023)
  package static let meehan2020 = Citation(
    "meehan2020", "C. Meehan and K. Chaudhuri and S. Dasgupta",
    "A non-parametric test to detect data-copying in generative models",
    "arXiv:2004.05675", 2020)
  package static let merity2018 = Citation(
    "merity2018", "S. Merity and N. S. Keskar and R. Socher",
    "Regularizing and optimizing LSTM language models",
    "arXiv:1708.02182", 2018)
  package static let mescheder2018 = Citation(
    "mescheder2018", "L. Mescheder and A. Geiger and S. Nowozin",
    "Which training methods for GANs do actually converge?",
    "arXiv:1801.04406", 2018)
  package static let molchanov2017 = Citation(
    "molchanov2017", "D. Molchanov and A. Ashukha and D. Vetrov",
    "Variational dropout sparsifies deep neural networks",
    "arXiv:1701.05369", 2017)
  package static let mordido2018 = Citation(
    "mordido2018", "G. Mordido and H. Yang and C. Meinel",
    "Dropout-GAN: learning from a dynamic ensemble of discriminators",
    "arXiv:1807.11346", 2018)
  package static let naeem2020 = Citation(
    "naeem2020", "M. F. Naeem and others",
    "Reliable fidelity and diversity metrics for generative models",
    "arXiv:2002.09797", 2020)
  package static let ni2023 = Citation(
    "ni2023", "Y. Ni and P. Koniusz",
    "NICE: noise-modulated consistency regularization for data-efficient GANs",
    "NeurIPS", 2023)
  package static let odena2017 = Citation(
    "odena2017", "A. Odena and C. Olah and J. Shlens",
    "Conditional image synthesis with auxiliary classifier GANs",
    "arXiv:1610.09585", 2017)
  package static let park2019 = Citation(
    "park2019", "D. S. Park and others",
    "SpecAugment: a simple data augmentation method for automatic speech recognition",
    "arXiv:1904.08779", 2019)
  package static let pasarkar2023 = Citation(
    "pasarkar2023", "A. P. Pasarkar and A. B. Dieng",
    "Cousins of the Vendi score: a family of similarity-based diversity metrics for science and machine learning",
    "arXiv:2310.12952", 2023)
  package static let richardson2018 = Citation(
    "richardson2018", "E. Richardson and Y. Weiss",
    "On GANs and GMMs",
    "arXiv:1805.12462", 2018)
  package static let roy2007 = Citation(
    "roy2007", "O. Roy and M. Vetterli",
    "The effective rank: a measure of effective dimensionality",
    "EUSIPCO", 2007)
  package static let salvy2025 = Citation(
    "salvy2025", "N. Salvy and H. Talbot and B. Thirion",
    "Enhanced generative model evaluation with clipped density and coverage",
    "arXiv:2507.01761", 2025)
  package static let semeniuta2016 = Citation(
    "semeniuta2016", "S. Semeniuta and A. Severyn and E. Barth",
    "Recurrent dropout without memory loss",
    "arXiv:1603.05118", 2016)
  package static let srivastava2014 = Citation(
    "srivastava2014", "N. Srivastava and others",
    "Dropout: a simple way to prevent neural networks from overfitting",
    "Journal of Machine Learning Research 15, 1929–1958", 2014)
  package static let tompson2015 = Citation(
    "tompson2015", "J. Tompson and others",
    "Efficient object localization using convolutional networks",
    "arXiv:1411.4280", 2015)
  package static let tseng2021 = Citation(
    "tseng2021", "H.-Y. Tseng and others",
    "Regularizing generative adversarial networks under limited data",
    "arXiv:2104.03310", 2021)
  package static let vandenburg2021 = Citation(
    "vandenburg2021", "G. van den Burg and C. Williams",
    "On memorization in probabilistic deep generative models",
    "arXiv:2106.03216", 2021)
  package static let verma2019 = Citation(
    "verma2019", "V. Verma and others",
    "Manifold mixup: better representations by interpolating hidden states",
    "arXiv:1806.05236", 2019)
  package static let wan2013 = Citation(
    "wan2013", "L. Wan and others",
    "Regularization of neural networks using DropConnect",
    "ICML", 2013)
  package static let watson2022 = Citation(
    "watson2022", "L. Watson and others",
    "On the importance of difficulty calibration in membership inference attacks",
    "arXiv:2111.08440", 2022)
  package static let westfall1993 = Citation(
    "westfall1993", "P. H. Westfall and S. S. Young",
    "Resampling-based multiple testing",
    "Wiley", 1993)
  package static let wu2015 = Citation(
    "wu2015", "H. Wu and X. Gu",
    "Max-pooling dropout for regularization of convolutional neural networks",
    "arXiv:1512.01400", 2015)
  package static let yoon2023 = Citation(
    "yoon2023", "T. Yoon and others",
    "Diffusion probabilistic models generalize when they fail to memorize",
    "ICML workshop on structured probabilistic inference and generative modeling", 2023)
  package static let yun2019 = Citation(
    "yun2019", "S. Yun and others",
    "CutMix: regularization strategy to train strong classifiers with localizable features",
    "arXiv:1905.04899", 2019)
  package static let zeiler2013 = Citation(
    "zeiler2013", "M. D. Zeiler and R. Fergus",
    "Stochastic pooling for regularization of deep convolutional neural networks",
    "arXiv:1301.3557", 2013)
  package static let zhang2018 = Citation(
    "zhang2018", "H. Zhang and others",
    "mixup: beyond empirical risk minimization",
    "arXiv:1710.09412", 2018)
  package static let zhang2024 = Citation(
    "zhang2024", "J. Zhang and C. T. Li and F. Farnia",
    "An interpretable evaluation of entropy-based novelty of generative models",
    "arXiv:2402.17287", 2024)
  package static let zhao2020 = Citation(
    "zhao2020", "S. Zhao and others",
    "Differentiable augmentation for data-efficient GAN training",
    "arXiv:2006.10738", 2020)
  package static let zhao2021 = Citation(
    "zhao2021", "Z. Zhao and others",
    "Improved consistency regularization for GANs",
    "arXiv:2002.04724", 2021)
}
