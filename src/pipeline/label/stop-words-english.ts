/** English words that say nothing about a topic: articles, pronouns, prepositions, conjunctions, auxiliary verbs, and the like. */
export const englishStopWords: ReadonlySet<string> = new Set(
  `a about above across after afterwards again against ago all almost alone along already also although always am among amongst an and another any
  anybody anyhow anyone anything anyway anywhere are aren't around as at away back be became because become becomes been before beforehand behind
  being below beside besides between beyond both but by came can can't cannot come comes could couldn't did didn't do does doesn't doing don't done
  down due during each either else elsewhere enough especially etc even ever every everybody everyone everything everywhere except far few for former
  formerly forth from further furthermore gave get gets getting give given gives giving go goes going gone got had hadn't has hasn't have haven't having
  he he'd he'll he's hence her here herein hereby hereafter hers herself him himself his how however i i'd i'll i'm i've if in indeed instead into is
  isn't it it's its itself just keep kept last least less let lest like likely likewise look made make makes making many may maybe me meanwhile might
  mine more moreover most mostly much must mustn't my myself namely near nearly neither never nevertheless next no nobody none nonetheless nor not
  nothing now nowhere of off often on once one ones only onto or other others otherwise ought our ours ourselves out over own part per perhaps put
  quite rather really regarding same said say saying says see seem seemed seeming seems seen several shall shan't she she'd she'll she's should
  shouldn't since so some somebody somehow someone something sometime sometimes somewhat somewhere still such take taken takes taking than that that's
  the their theirs them themselves then thence there there's thereafter thereby therefore therein thereof thereto thereupon these they they'd they'll
  they're they've thing things this those though through throughout thus to together too took toward towards two under unless until unto up upon us
  use used uses using various very via want wants was wasn't way ways we we'd we'll we're we've well went were weren't what whatever when whence
  whenever where whereas whereby wherein whereupon wherever whether which whichever while whilst who whoever whole whom whose why will with within
  without won't would wouldn't yes yet you you'd you'll you're you've your yours yourself yourselves`.split(/\s+/),
);
